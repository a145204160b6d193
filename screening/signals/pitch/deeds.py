"""How schemes work, in sentences rather than words: who hands what to whom, on what condition.

A frame is a word with what must stand behind it (or before it), so that 转到 counts only where it
says to whom, and 交 only with a sum.
"""

from screening.fraud_types import FraudType as F

from .role import Frame, Pitch, Role

# What is counted that is no money.
_COUNTED = (
    r"(?!\s?(?:天|日|周|个|年|月|人|名|小时|点|号|分|岁|公?斤|米|楼|级|期|险|份|套|张|次|家|位|轮|趟|单|条|字|页|遍|倍|元?/"
    r"|元?[每一](?:天|月|日|小时)))"
)
_SUM = (
    r"(?:\d[\d,.]{0,6}|[一二两三四五六七八九十几][一二两三四五六七八九十百千万几]{0,5})\s?多?(?:元|块|万|w|k)?"
    rf"(?![\d.]){_COUNTED}"
)
_FOR_WORK = (
    "手续 资料 建档 档案 体检 工装 工牌 服装 制服 床铺 饭卡 门禁 名额 诚信金 保证金 押金 定金 "
    "订金 质保金 质保 入会费 会员费 入会 信息服务 信息费 介绍费 中介费 服务费 报名费 登记费 登记 "
    "工号 工作账号 求职会员 会员卡 会员 保密 笔料 料钱 材料 料费 形象片 资料照 定妆照 写真 学费 "
    "培训费 课程 车马 工本费 开通费 激活费 认证费 保险费 档案费 资格费"
)


def _with_sum(verbs):
    """Verbs of one character with a sum right behind them: 交300, 押两千."""
    return (
        Frame(_each(verbs, "123456789"), rf"\d{{1,5}}(?:元|块|万)?(?!\d){_COUNTED}"),
        Frame(
            _each(verbs, "一二两三四五六七八九十几"),
            rf"[百千万十块元][一二三四五六七八九百千元块]{{0,4}}{_COUNTED}",
        ),
    )


def _each(verbs, digits):
    return " ".join(verb + digit for verb in verbs.split() for digit in digits)


DEEDS = (
    Role(
        "pays_in",
        "要你先出钱：不管叫什么名目，上班前一分钱都不该交。",
        frames=(
            Frame(
                "先交 先付 先缴 先转 先出 先掏 先押 得交 需交 要交 须交 需付 要付 需缴 要先 需先 "
                "须先 得先 得买 要买 缴清 自己出 自己掏 转账 每人交 一人交 一次性交 预交 预存",
                rf"[^，。；！？\n薪资发补奖给]{{0,12}}?{_SUM}",
            ),
            Frame(
                "自行承担 自己承担 自理 自付 自费",
                before=rf"(?<!健康证)(?<!康证费)(?<!\d){_SUM}[^，。；！？\n食住吃]{{0,6}}$",
            ),
            Frame("当天缴清 来不退 来也不退 均不退 概不退", before=rf"{_SUM}[^。；！？\n]{{0,12}}$"),
            *_with_sum("交 缴 押 掏"),
            Frame("收你 收您 每人收 人收 次收 各收 头收 只收 收取 收个", rf"[^，。；！？\n]{{0,5}}?{_SUM}"),
            Frame("给我", rf"(?!们)[^，。；！？\n]{{0,6}}?{_SUM}"),
            Frame(
                "转我 打我 发我 发他 发群主 转给 交给 打给 押我 押公司 人头 进的给 来的给",
                rf"[^，。；！？\n]{{0,6}}?{_SUM}",
            ),
            Frame("全包 包办 办妥 搞定", before=rf"{_SUM}$"),
            Frame(
                _FOR_WORK,
                rf"(?:费|钱|款|金|照|片|手续)?用?(?:一年|一次|共|一共|合计|大概|只要|仅|是|为|:|才|都是)?{_SUM}",
            ),
        ),
        deniable=True,
    ),
    Role(
        "admitted",
        "交了钱才让上班、派活。",
        "当晚就 就给你排 才能 才给 才派 再派 付完 交完 下一轮 占个 锁定 开通 上岗 来之前 来上班 "
        "来厂 报到 入职 面试 进厂 进组 第一次来 提车 接单 派活 派单 挑着做 日结 录取 做满 月薪 "
        "底薪 招募 急招 直招 招聘",
    ),
    Role(
        "broker_deed",
        "收钱找人情、包安排：工作不是这样卖的。",
        "塞进 塞到 安排进 安排到 包找到 找到满意 包过 包上岗 包进 转正式 正式工 内部招 内招 内推 "
        "定向 打点 走我 走后门 让他要你 想进的 办不成 不成退 派活 有活派 介绍十 给你介绍 帮你找 "
        "帮你介绍 介绍到 找活 老板电话 工地地址 都是你的 都得走我 亲戚在 名额费 出海 船员 上船 "
        "招聘会 家政网 进烟草 进电网 进铁路 进国企 进银行 进厂 进单位",
    ),
    Role(
        "papers_handed",
        "证件原件要交给他们收着：任何单位都不能扣你的证件。",
        frames=(
            Frame(
                "身份证 证件 毕业证 学历证 学位证 护照 海员证 驾照 驾驶证 职称证 会计证 资格证 "
                "户口本 从业证 证书原件 健康证",
                r"(?!复印|照|号|正反|扫描|登记)[^。；！？\n不]{0,14}?"
                r"(?:[放交押存锁搁压][在给到我公老领宿车大人保这那着]|[上统]?交(?=[，。由])|替[^，。]{0,3}[保收存]|收走|收着|统管|队统"
                r"|由(?!本人|自己|个人|你|您)[^，。]{1,6}[收存管]|统一[放收存保管押])"
                r"(?![^。；\n]{0,16}(?:当场|马上|立刻|立即|看完|当天)归?还)",
            ),
            Frame("收走 收上 扣下 扣住 押下 押着", r"[^，。；\n]{0,4}(?:身份证|证件|毕业证|护照|驾照|原件)"),
        ),
        deniable=True,
    ),
    Role(
        "papers_back",
        "要走的时候才还。",
        frames=(
            Frame(
                "走的时候 走时 离职 辞职 辞工 期满 干满 做满 做不满 干不满 结账 合同 服务期 下船 "
                "交接 提前 不做了 中途 中途离开 赔清 没赔 满一 满三 满半 满两 年后 个月后",
                r"[^。；！？\n]{0,18}?[还退拿领赔取发交]",
            ),
            Frame("想拿走 要拿走 想要回", r"[^。；\n]{0,8}"),
        ),
    ),
    Role(
        "secret",
        "要证件照、卡号、验证码、账号密码这类东西：够别人冒用你的名字了。",
        "银行卡号 卡密 支付密码 短信码 额度图 额度页 学信网 登录名 账号密码 共享手机 共享下手机 "
        "通讯录 爸妈姓名 父母姓名 家人姓名 预留手机 张嘴 摇头 眨眼 三围 开机密码 查询密码 "
        "服务密码 取款密码 网银密码 信用报告",
        frames=(
            Frame(
                "身份证",
                r"(?!复印)[^，。；\n]{0,4}(?:正反|拍|照|半身|录|账号)|号?[和、，](?:[^，。\n]{0,4}、)?卡",
            ),
            Frame("拿身份证 拿着身份证 手持身份证 举着身份证", r"[^，。\n]{0,4}"),
            Frame("收到的 短信里 收到一 发的 来的", r"[^，。；\n]{0,6}(?:验证码|数字|码)"),
            Frame("借呗 花呗 网贷 微粒贷 征信", r"[^，。；\n]{0,8}(?:截|录屏|图|页面|审核|报告)"),
        ),
        deniable=True,
    ),
    Role(
        "handed_over",
        "",
        "发我 给我 告诉我 报给 私发 发群主 发给 给人事 录屏 截图 截个 点开链接 点链接 填身份 "
        "共享 绑定 上传 拍清 拍个 拍照 报一下 念给 登记表 录入 录一段 对着镜头 下载这个 系统录入 "
        "我们后台 联系你 不用来 教你",
    ),
    Role(
        "for_a_job",
        "",
        "入职 报名 应聘 工资卡 工资单 主播 试镜 骑手 内推 校园代理 登记表 面试 兼职 招聘 岗位 "
        "审核 公司要 补贴 上岗 登记",
    ),
    Role(
        "micro_deed",
        "点一点、看一看、注册一下就给钱：先给小钱，后面要垫付，或拿你的号去骗人。",
        "点点关注 点关注 双击 点赞 看广告 看视频 刷视频 看直播 辅助验证 辅助注册 扫码认证 过人脸 "
        "加人脸 接短信 短信码 收藏店铺 关注店铺 收藏商品 砍一刀 砍价 助力 答题 投票 下载软件 "
        "下载注册 注册新号 注册小号 代下载 代注册 自己注册 实名注册 绑张卡 挂着就行 挂着就能 "
        "自动刷 得金币 集赞 加购 截图到群 截图发群 转发朋友圈 关注公众号 填邀请码 实名加人脸 "
        "进群做任务 零碎时间 动动手",
        deniable=True,
    ),
    Role(
        "micro_price",
        "按“个”“条”给几块钱：活小得不像活，钱也不是为这个付的。",
        frames=(
            Frame(
                "一个 一条 一次 一单 每个 每条 每次 每单 个号 部手机 一台 个平台 一遍",
                r"[^，。；\n\d]{0,3}?(?:一天|每天)?给?(?:\d[\d.]{0,3}|[一二两三四五六七八九十几]{1,3})"
                r"\s?(?:元|块|毛|角|分钱|到|-|~|，|。|左右|起|$)",
            ),
            Frame("块一次 块一个 元一个 毛一条 元一次 块一条 元一条 元一单 块一单 毛一个", ""),
            Frame("就给 给你 得到", r"\d[\d.]{0,2}(?:元|块)?(?=[，。；\n]|$)"),
            Frame("一天一百 一天二十 一天三十 一天五十 一天两百", ""),
        ),
    ),
    Role(
        "climb",
        "先给甜头，再升级、开会员、进高佣群：到那一步就要你掏钱。",
        "升级vip 高佣 会员单 高级任务 进阶任务 大额单 想多赚 前三个现结 试试 免费的试 每天限 "
        "满20提 名额",
    ),
    Role(
        "unpaid_stretch",
        "试工、学徒、没做满就不给钱：干了活就该有钱。",
        "先来干 先来做 先干 先试 先做三版 试菜 试讲 试译 试稿 试做 试课 试戏 体验课 学习期 "
        "前几天 头几天 前三天 头三天 头一个 头半 前半个 前一个 新来的 实习 做不够 不做够 没做够 "
        "干不够 不干够 没干够 不够一个月 做不到 不满一个月 中途走 中途离开 提前走 没提前 没选中 "
        "不合适 没通过 选中才 压到 压工资 压三个月 老板出差 干完跟你 前面的 之前的 第一个月 "
        "第一节 这礼拜 这几天 学徒 见习 磨合期 考察期 观察期",
        frames=(Frame("迟到 请假 损坏 旷工", r"[^，。；\n]{0,4}扣[^，。；\n]{0,3}(?:天|百|倍|光|完)"),),
    ),
    Role(
        "unpaid",
        "不给工资的试工、克扣，都可以投诉。",
        "不算钱 不给钱 没有钱 不拿钱 没有收入 没收入 没有工资 无工资 不退不付 不付钱 免费的 "
        "当违约金 抵违约金 作违约金 工资不发 就没了 扣完为止 发多少 版权也归 归我们 归公司 "
        "没有补助 没补助 等他回来 等老板回来 白干 自愿的 不计薪 没有薪水 无报酬 没有报酬 不结算 "
        "不予结算 作废 清零 视为自动放弃 视为放弃 三个月发 第三个月 满意才 选中才给",
        frames=(Frame("一分 分文", r"钱?(?:也|都)?[不没]"), Frame("不会少", r"你")),
        deniable=True,
    ),
    Role(
        "cash_taken",
        "替陌生人取钱、接钱、买金：钱是刚骗来的。",
        "取钱 取现 提款 取款 接款 收现款 现款 现金 一袋钱 一箱钱 金条 黄金首饰 的钱都取 取出来 "
        "柜台取 首付现金 信封 钱存 买黄金 买金 装钱 送钱 收账",
        deniable=True,
    ),
    Role(
        "cash_handed",
        "钱到手就交给不认识的人，还要避人耳目。",
        "交给门口 给我朋友 送高铁 送到我 接头 面包车 敲窗 下一个点 下一个人 到车站 存这个账户 "
        "别拆 不问来源 问就说 帽子口罩 不要停 分开刷 签我的名字 小票给我 卡和密码 提多少 别多问 "
        "不要问 有人来接 有人来拿 会有人 打你卡 打你账 存到 送到指定 回收店 换个地方 多跑几 "
        "跑五六个",
    ),
    Role(
        "cash_fee",
        "",
        "一趟 辛苦费 跑腿费 一次给 跑一次 每克 百分之 千分之 千分 个点 一晚 一单 拿钱 好处 日薪 "
        "提成",
        frames=(Frame("给你 再给 给你们", r"[\d一二两三五六八千百]"), Frame("给一 给两 给三 给五 给八", r"[千百]")),
    ),
    Role(
        "money_through",
        "钱从你手里过一道：你是在替骗子洗钱。",
        "钱进来 收了钱 收到钱 钱到 收钱转钱 收款转 走五万 走量 走流水 走一笔 过一笔 过流水 "
        "打进你 收客户的钱 收款码的来 的量 换u 拿现金换 转账员 收付款 代收款",
    ),
    Role(
        "money_on",
        "",
        "马上转 再转 转我 转给我 转给老板 转到指定 老板指定 转出去 收钱转钱 收款转账 手机银行 "
        "换u 换成 打给指定 指定的户 指定账 给的账号",
    ),
    Role(
        "money_cut",
        "按过手的钱抽成。",
        "差价你留 你留两个点 返你 抽成 风险我们包",
        frames=(
            Frame("给你 留你 你留 你拿", r"[\d一二两三四五半]{1,2}(?:个)?点"),
            Frame("一千留 一千给 一万给 一万留 每万给 每万留 每千给 每千留", r"[\d一二三四五六七八九十百]"),
            Frame("千分之 百分之", r"[\d一二三四五六七八九十]"),
        ),
    ),
    Role(
        "card_thing",
        "",
        "银行卡 手机号 电话卡 手机卡 储蓄卡 对公户 公户 营业执照 网银 卡带盾 银行的卡 u盾 "
        "公司当法人 名下的卡 副卡 张卡",
        deniable=True,
    ),
    Role(
        "card_given",
        "卡、号交给别人用：骗来的钱、骗人的电话都记在你名下。",
        "拿来 借我们 只借用 给我们用 交给我们 一起给我们 给我们寄 寄给我们 寄过来 放我这 借出 "
        "多开几 开完 开好 停机不管 租一张 我们用一 密码告诉 人不用来 邮过来 用完还你 拿给我们",
        deniable=True,
    ),
    Role(
        "card_paid",
        "",
        frames=(
            Frame(
                "一张 一套 给你 月付 每天 每月 一个月 一天 一次 每张 付你 一个号",
                r"[^，。；\n\d]{0,3}[\d一二两三四五六七八九][\d百千]",
            ),
            Frame("担着 我们担 兜底 现结", ""),
        ),
    ),
    Role(
        "on_site",
        "",
        "坐班 底薪 现场 办公室 小区门口 地推 督导 座谈 访谈 测试机 签合同 社保 五险 上门 实验室 "
        "直播间在 月薪 标注基地 公司内 来公司 去公司 到店 倒班 门店 开收据 交财务 财务 店长 单据 "
        "网点 义卖 培训带薪 收银 签协议",
    ),
    Role(
        "your_status",
        "说你的申请、资料有了结果，或者无缘无故问你找不找活。",
        "已受理 受理了 很合适 很符合 符合岗位 符合我们 职位名额 应聘进度 进入复试 进复试 "
        "初审通过 报名已通过 名额已满 名额还剩 看你在找 看到您的资料 看到你的资料 同类岗位 "
        "岗位急缺 急缺 还找活 找活不 找工作不 要不要赚 赚零花 缺人 工作的事 岗位的事 是人事 "
        "人事部 招聘顾问 您投的 你投的 招聘通知 录用通知 复试 简历已 资料已",
    ),
    Role(
        "led_away",
        "叫你去找另一个人、另一个软件：离开这里，就没人能提醒你。",
        "加一下 加下 加我 加了跟你 加企鹅 通过一下我 通过下我 我的好友 扫名片 名片上的 扫码找 "
        "领取联系方式 下载会议 会议软件 飞书 来我扣扣 我扣扣 我企鹅 加总监 添加主管 添加导师 "
        "添加人事 网站上不方便 不方便聊 加我细说 小程序查看 等通知",
        frames=(
            Frame(
                "联系 添加 找一下",
                r"[^，。；\n\d]{0,3}(?:老师|主管|总监|导师|专员|经理)(?:报到|办|领|登记|$|，|。)",
            ),
            Frame("回复", r"[1一a-z]领?"),
        ),
    ),
    Role(
        "meet",
        "",
        "周一 周二 周三 周四 周五 周六 周日 周末 明天 后天 明早 点到 点面试 点在 集合 号楼 一楼 "
        "二楼 三楼 四楼 五楼 路口 门口 店里 地址 会议室 教室 未能通过 感谢您 不会叫 试讲",
    ),
    Role(
        "volunteer",
        "",
        "志愿者 义工 公益 服务时长 志愿服务",
    ),
    Role(
        "bought_in",
        "交钱、拿货才能加入。",
        "拿一套 报一单 囤货 囤够 囤满 买了会员 买套餐 没买套餐 成为店主 成为股东 就是股东 锁粉 "
        "推广大使 先报 投一单 拿产品 进货成 直销新零售 是创业 伙食费 交伙食",
        frames=(Frame("先投 先买 人投 进群 投资", rf"[^，。；\n]{{0,4}}?{_SUM}"), *_with_sum("投")),
    ),
    Role(
        "tree",
        "靠拉人和拉来的人再拉人拿钱，就是传销。",
        "他介绍的 他朋友的 介绍的人再 介绍一个店主 拉来的朋友 带三人 一人带 三人带 再带 下级 "
        "手下的人数 手下人数 级别分 分五档 对碰 三级分 分润 出局 四十万 六位数 裂变 再拉 永远拿 "
        "你再介绍 差价都归 当董事 人带人 推荐奖 见点奖 团队奖",
        deniable=True,
    ),
    Role(
        "odd_invitation",
        "叫你去外地“看看”，做什么说不清：到了常常走不了。",
        "电话里说不清 电话里不方便 见面再说 来了再说 过来玩 来玩几天 来玩两天 过来看 先看七天 "
        "先看几天 住我家 住我这 路费我出 车票我出 手机先借 带你做工程 好项目 串门听 听分享 "
        "每天听 听课 受教育 到这边上班 老同学",
        least=2,
    ),
    Role(
        "shop_boost",
        "替网店冲销量、做数据：就是刷单。",
        "店铺销量 冲销量 冲一下 做数据 做销量 补销量 加权重 增加权重 帮拍 刷预订 提权 s单 上评价 "
        "做人气 网店 店铺养号",
    ),
    Role(
        "pay_and_back",
        "先付款，再连本带佣退给你：钱出去就回不来。",
        "先拍下 拍下付款 拍了付 付了截图 垫得多 返本 秒返 本钱和 本金佣金 本金加佣金 付款不发货 "
        "钱原路 原路返 先付后返 付了定金 取消退还 和本钱 一起退你 一起返 退你支付宝",
        frames=(Frame("第一单垫 先垫 自己垫 单垫 先充", r"\d{2,5}[^，。\n]{0,3}[返到]?"),),
    ),
)  # fmt: skip

OF_DEEDS = (
    Pitch("pays_to_start", F.UPFRONT_FEE, "pays_in admitted|start", within=50, pays_in=42,
          admitted=8, back_later=14, outfit=10, start=0),
    Pitch("pays_a_broker", F.AGENCY_FEE, "pays_in broker_deed|job_broker", within=50, pays_in=38,
          broker_deed=24, job_broker=16, back_later=8),
    Pitch("pays_for_material", F.HANDICRAFT_DEPOSIT, "pays_in craft", within=60, pays_in=44, craft=18,
          back_later=10, from_home=8),
    Pitch("pays_to_type", F.TYPING_SCAM, "pays_in type_work", within=60, pays_in=44, type_work=16, back_later=10),
    Pitch("pays_for_photos", F.MODEL_CARD, "pays_in model_work", within=60, pays_in=42,
          model_fee=20),
    Pitch("papers_held", F.ID_SEIZURE, "papers_handed papers_back|papers_hold", within=60,
          papers_handed=40, papers_back=20, back_later=8),
    Pitch("secrets_for_a_job", F.INFO_HARVEST, "secret handed_over for_a_job|job", within=60,
          unless="on_site", secret=42, handed_over=0, app=8),
    Pitch("micro_tasks", F.ACCOUNT_TASKS, "micro_deed micro_price", within=50, unless="on_site",
          micro_deed=28, micro_price=22, climb=18, pay_now=8, from_home=8, anybody=6, earning=6, runs_itself=12),
    Pitch("led_away", F.FAKE_RECRUITER_CONTACT, "your_status|hired|resume led_away bare", within=60,
          unless="meet|meeting|on_site", your_status=24, led_away=24, greeting=8, introduction=8),
    Pitch("unpaid_stretch", F.WAGE_THEFT, "unpaid_stretch unpaid", within=40, unless="volunteer",
          unpaid_stretch=20, unpaid=30, no_wage=10),
    Pitch("cash_handed", F.CASH_COURIER, "cash_taken cash_handed cash_fee", within=60, unless="on_site",
          cash_taken=22, cash_handed=32),
    Pitch("money_through", F.MONEY_MULE, "money_through|mule_move money_on|wallet money_cut", within=60,
          unless="on_site", money_through=28, mule_move=30, money_cut=26),
    Pitch("card_given", F.CARD_RENTAL, "card_thing card_given card_paid", within=50, card_given=44),
    Pitch("bought_in", F.PYRAMID, "bought_in tree", within=80, bought_in=24, tree=30, easy_gain=8),
    Pitch("odd_invitation", F.PYRAMID, "odd_invitation", within=80, odd_invitation=42, unless="meeting"),
    Pitch("boosted_shop", F.BRUSHING_REBATE, "shop_boost pay_and_back", within=70, shop_boost=26, pay_and_back=32),
)  # fmt: skip
