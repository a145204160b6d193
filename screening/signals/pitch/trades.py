"""What single schemes deal in, in the words of those who offer it: fees, papers, cards, calls, lines."""

from screening.fraud_types import FraudType as F

from .role import Pitch, Role

_SUM = r"(?:\d[\d.,]{0,8}\s?(?:元|块|万|w|k|的)?|[一二两三四五六七八九十]{1,3}[百千万][一二三四五六七八九]?[百十]?)"

TRADES = (
    Role(
        "start",
        "",
        "入职 上岗 面试 报名 上班 应聘 录用 开工 排班 报到 进厂 岗位 兼职 派稿 派单 接单 领材料 "
        "日结 月薪 底薪",
    ),
    Role(
        "outfit",
        "工作服、证件、体检、保险要你出钱：这些由单位出。",
        "服装 工服 工装 职业装 正装 制服 上岗证 工作证 工牌 门禁卡 门禁 胸牌 意外险 保险 "
        "体检 建档 档案 押金 保证金 定金 工本费 工号费 手续 资料费 床位 住宿押",
    ),
    Role(
        "you_pay",
        "钱要从你手里出：上班前一分钱都不该交。",
        "先转给我 每人先交 先交给 交给财务 先转 先交 先付 自费 自付 自理 自备费用 先垫 不退 交钱 "
        "缴纳 交费 预交 需交 要交 得交 每人交 需付 要付 先缴 垫一下 微信转就行 从工资里扣 工资里扣 "
        "从以后工资",
        rf"(?:交|付|缴|转|押|费用|一共|共计|收|花|买一份|打折只要|预存|只需){_SUM}|费[:：]?{_SUM}|押{_SUM}",
        deniable=True,
    ),
    Role(
        "back_later",
        "说以后退还、报销、抵扣：先拿走的钱很难要回来。",
        "退还 退你 全额退 报销 离职退 干满退 返还 抵扣 抵材料 走的时候退 满一个月退 满三个月 "
        "满半年 做满 满一年 后退 原路退 不退",
    ),
    Role(
        "job_broker",
        "介绍工作收钱：没有许可的不能收。",
        "介绍费 中介费 信息费 好处费 内推 名额 指标 走关系 托人 找人安排 打点 疏通 包进厂 包你进厂 "
        "包安排 安排进 能安排 保进 正式工 编制 国企 央企 带你进厂 服务费 带过去报到 直接分到",
    ),
    Role(
        "broker_money",
        "介绍、安排工作要先给钱。",
        "介绍费 好处费 先付 定金 尾款 收介绍 收信息 收您 收你 只收 仅收 中介费 信息费 服务费 "
        "成功后 事成 先交 打点 疏通",
        rf"(?:费|收|付|交|定金){_SUM}",
        deniable=True,
    ),
    Role(
        "type_work",
        "打字、录入的活：现在没有单位这样大量请人打字。",
        "打字 录入 抄写 手写稿 誊写 手打 小说 转文字 图片上的字 文档 稿子 稿件 扫描件 打字员 dǎ字 "
        "电子版",
    ),
    Role(
        "type_fee",
        "接稿前要会员费、激活、押金，错字还要赔：打字骗局都这样收钱。",
        "会员 激活 保密费 保密金 工号费 稿件押金 押金 保证金 软件费 账号费 建档费 违约金 错误率 "
        "开通权限 一次性 入会 资料费 加密狗 校对费",
        deniable=True,
    ),
    Role(
        "craft",
        "手工活外发：收材料钱的多，收成品的少。",
        "手工活 手工 穿珠 串珠 钻石画 十字绣 中国结 笔芯 圆珠笔 组装 灯串 折纸 贴钻 粘钻 编织 绢花 "
        "来料加工 代工 外发 加工活 丝网花 刺绣 珠绣 装配",
    ),
    Role(
        "craft_fee",
        "做手工先交押金、买材料：成品总会“不合格”。",
        "材料款 材料费 材料押 押金 保证金 定金 机器押 加盟费 首批材料 代理费 领材料 买材料 设备款 "
        "样品费 合作费 原料款",
        deniable=True,
    ),
    Role(
        "craft_back",
        "",
        "回收 包回收 收回 上门收 每个 一张 一支 一件 在家 不用出门 名额 返还 高价 加盟 合同 每串 "
        "一套 一幅",
    ),
    Role(
        "model_work",
        "",
        "模特 童模 手模 平模 车展模 试衣模特 群演 演员 童星 艺人 主播签约 网红 试镜 镜头 星探 走秀 "
        "代言",
    ),
    Role(
        "model_fee",
        "拍模卡、定妆照、上课要你花钱：钱花了，活不会来。",
        "模卡 定妆照 写真 拍一套 照片要 补一张 包装 形象照 艺人经纪 课程 培训 拍照费 化妆 自费 "
        "制作费 底片 入组费 资料照 卡费 影楼",
        deniable=True,
    ),
    Role(
        "id_papers",
        "",
        "身份证 证件 毕业证 学位证 护照 户口本 居民身份证 健康证原件 驾驶证 资格证",
    ),
    Role(
        "papers_kept",
        "证件原件要押、要交给单位保管：任何单位都不能扣你的证件。",
        "押前台 押在 原件押 押着 扣着 扣了 扣下 统一保管 代为保管 统一收 收上来 收走 上交 交上来 "
        "有权留存 拿去存档 寄到总部 满两年退 满一年退 离职退还 押身份证 公司保管 替你保管 "
        "拿回去就赔 不给证 才还 交公司 由公司收 交给公司 收证 要回",
        deniable=True,
    ),
    Role(
        "papers_hold",
        "",
        "原件 赔偿 赔完 赔两 违约 未满 中途 离职 满一 满三 满半 干满 做满 期间 公司 总部 老板 退还 "
        "退回 才能 保管 入职 店长",
    ),
    Role(
        "unpaid_time",
        "试工、试岗、学徒、没做满就不给钱：干了活就该有钱。",
        "试用期 试岗 试工 试做 学徒期 培训期 试稿 前三天 前七天 头三天 头七天 未做满 做不满 没做满 "
        "不满 不干满 没干满 自离 中途走 验收不合格 辞职的时候 考核期 试菜 试课 实习期",
    ),
    Role(
        "no_wage",
        "不给工资的试工、克扣，都可以投诉。",
        "不付费 没有工资 没工资 无薪 无工资 不给钱 不算钱 不算工资 不计薪 不发 不给 没钱 不予支付 "
        "没给 一分不给 一分没 压一个月 押工资 扣工资 工资扣 一半工资 不结 不结算 按每小时5元 "
        "不支付 归公司使用 白干 没有补贴 不计工资 自愿放弃 扣光",
    ),
    Role(
        "private_papers",
        "要身份证照片、人脸、卡号、验证码、通讯录：够别人用你的名字贷款了。",
        "手持身份证 身份证正反面 手拿身份证 身份证照片 身份证复印件 银行卡号 银行卡正面 卡号 "
        "服务密码 芝麻分 通讯录 验证码 人脸识别 人脸 刷脸 微信账单 支付密码 共享屏幕 共享一下屏幕 "
        "手机银行 素颜照 三围 征信报告 家里人的电话 家人电话 眨眨眼 念一段数字 银行卡照 截图给我 "
        "动态码",
        deniable=True,
    ),
    Role(
        "papers_wanted",
        "还没上班就要，只在网上要：先见到单位再说。",
        "发给我 发我 给我 提交 微信发 拍给 发给客服 登记 上传 报给我 发过来 填一下 发一下 交给我 "
        "报一下 建立用户档案 点开 发到 教你怎么",
    ),
    Role(
        "joining",
        "交钱、拿货才能加入。",
        "购货 入门费 会员费 代理费 加盟费 成为会员 成为代理 拿货 升级 补货款 门槛 入股 总代 做代理 "
        "入会 名额 交钱 份额 套餐 会籍 投一份 国家暗中 暗中扶持 阳光工程 资本运作 过来看看 "
        "来了再告诉你 到了再告诉你",
    ),
    Role(
        "downline",
        "靠拉人拿钱：后来人的钱分给前面的人，就是传销。",
        "下线 推荐一个 推荐两个 推荐三个 推荐人 拉三个 拉两个 拉人头 发展 拿差价 招代理 团队业绩 "
        "下面的人 层级 裂变 代理再推荐 介绍一个 介绍两个 直推 提成越高 躺着收 坐在家里收钱 听听课 "
        "听课 交交朋友 保你改变命运 请一周假 请几天假 抽成 带三个 国家暗中扶持 团队奖",
        deniable=True,
    ),
    Role(
        "fake_voice",
        "替人写假评论、刷人气：是水军，参与的人也可能被追究。",
        "好评 差评 五星 代写 带节奏 刷弹幕 人气托 评论区 铺量 小号 不同身份 写成自己用过 "
        "真实买家秀 晒图 控评 点评 种草 水军 数据维护 顶帖 发帖 刷评论 跟评 素人 热度 压下去 人设 "
        "口碑 回帖 问答平台 刷分 评分",
    ),
    Role(
        "per_post",
        "",
        "每条 一条 一篇 一帖 按条 一个号 一小时 按篇 每篇 每帖 计酬 一单 条算 按稿",
    ),
    Role(
        "by_script",
        "照给定的文案、话术、换号发：要的是假话。",
        "话术 文案 发我给的图文 图片包 指定内容 公司提供的小号 换号 按老板给 按我给 按照 不到店 "
        "老号 口令红包 换ip 带图 给的图 复制粘贴 统一 小号 千粉 排期表 素材 照着 我提供",
    ),
    Role(
        "id_account",
        "",
        "微信 qq号 qq老号 抖音号 快手 小红书 支付宝 淘宝店铺 老号 实名号 骑手账号 外卖账号 朋友圈 "
        "千粉号 网约车账号 闲鱼 微x号 账号 探探 陌陌 微信号 v号 某音号 店铺",
    ),
    Role(
        "account_lent",
        "号租、卖、借给别人用：实名的是你，出了事找的也是你。",
        "租用 租号 长期收 大量收 需要大量 收购 高价收 回收 出租 出售 借用 借我 借你 借来 借给 租金 "
        "租一天 登录在我们 在我们手机上登录 换绑 密保也要 群发 扫个码登录 扫码登录 你扫码 挂机直播 "
        "刷下脸 辅助解封 一口价 让我登 号给他用 号给我用 主体不变更 账号我来 别登 放号 收微信 收qq "
        "租你 登录一天 我们经营 验证码给我 上号",
        deniable=True,
    ),
    Role(
        "rent_money",
        "",
        "一天 日结 每周结 一周 月付 一口价 每个 一个 一次 按信用分 当天结 押金 月租 给价 租金 每天 "
        "一个月 分你 每月",
    ),
    Role(
        "cash",
        "",
        "现金 取款 取钱 取现 取出来 柜员机 atm 黄金 金条 拿钱 收账 钱箱 xian金 提现金 银行取 "
        "取十万 取包裹 送钱 取一包",
        deniable=True,
    ),
    Role(
        "cash_secret",
        "替陌生人取钱、送钱，路线和身份都要藏着：钱是刚骗来的。",
        "暗号 接头 交给司机 指定地点 指定位置 卡和密码给你 用你的卡 马上坐高铁 身上别带 到付结清 "
        "放到 交给接 别问 不要拍照 上门找客户 客户家 有人接 外面等 转交 送到车站 提点 不露面 "
        "避开监控 戴口罩 别开导航 送过来 接头的人 换车 带个人去",
    ),
    Role(
        "trip_pay",
        "",
        "一趟 跑一趟 提点 提成 酬劳 一天 日薪 一万给 取十万给 百分之 包路费 当天结 每单 路费 现结 "
        "提5 两千 五百 一千 三千",
        r"\d{1,4}\s?%|千分之",
    ),
    Role(
        "line_gear",
        "",
        "插卡 插上电话卡 插电话卡 小盒子 设备 电话卡 三部安卓机 两部手机 音频线 免提 手机借给我 "
        "固定电话 固话 呼叫转移 拨号 sim卡 网关 主机 路由 十六张卡 两台手机 旧手机 车载",
        deniable=True,
    ),
    Role(
        "line_secret",
        "把手机、卡、线路借给人打电话：电话那头多半在骗人。",
        "不用说话 不用管 通电就行 放着就行 有人问就说 对着放 出租屋 偏僻 旅馆 按对方指示 按指令 "
        "不用你操作 换下一张卡 转移到我们 号码限制 借给我打 插上就行 插着就行 放一台 出事 境外 "
        "远程 看着别断 每小时换 开车转 兜圈 接通后 网费电费我出",
    ),
    Role(
        "call_script",
        "照稿子打电话、冒充平台，再把人引走：你拉来的人随后就被骗。",
        "话术 稿子 按稿 照着念 念稿 打电话 电话员 话务员 接电话 自称 冒充 说是平台 你好这里是 "
        "您好这里是 让他相信 快递丢了 要理赔 白条客服 送玩偶 送鸡蛋 送小礼品 伪装成 地推送 引流 "
        "外呼",
        deniable=True,
    ),
    Role(
        "lead_off",
        "把人加到微信、拉进群就给钱。",
        "加企业微信 企业微信 加售后qq 加qq 引到 拉进群 进群 入群 扫码进 扫码入群 福利群 引一个 "
        "成功引 加上就 添加好友 加微信 拉人 拉到群 进来一个 进我们的 来一个咨询 网购订单 扫码",
    ),
    Role(
        "per_person",
        "",
        "一个 一单 每个 每人 一人 给15 给30 给20 进一个人 引一个 加一个 满五十人 结六百 一天 "
        "一个号 一位",
    ),
    Role(
        "card_out",
        "卡交出去走账：骗来的钱从你名下走，帮信罪从这里来。",
        "卡放我 走流水 走外贸流水 邮寄到 密码改成 已激活 租金 出事公司兜底 当法人 挂法人 开公司 "
        "挂名 对公户 一张卡 出卡 卖卡 租卡 带卡 批量要 实名号卡 办完给 办好给 收全套 过一下账 "
        "配合转账 全程陪同",
        deniable=True,
    ),
    Role(
        "pass_on",
        "钱到你手里再转给别人：你是在替骗子洗钱。",
        "转给上家 收完立刻转 转出 中转 代收 收款码 收笔货款 帮收 转给财务 口令红包 返你 每一千 "
        "过一手 买u 买币 转到指定 转到对方 转到我 转到上家 收到后转 再转给 再转到 充话费 代充 帮忙付款",
    ),
    Role(
        "wallet",
        "",
        "支付宝 数字人民币 钱包 收款码 微信收款 红包 银行卡 账户 二维码收款 花呗 余额 自己的卡 "
        "信用卡 公户 个人账户 话费",
    ),
    Role(
        "mule_cut",
        "",
        "返你 每一千留 提成 佣金 个点 抽成 夜里单 日结 一天 千分 百分 利润 每笔 结算 留15 拿走 "
        "留下",
        r"\d{1,3}(?:\.\d{1,2})?\s?%",
    ),
    Role(
        "go_abroad",
        "出境打工没有护照、没有合同、有人带路：去了很难回来。",
        "缅甸 缅北 柬埔寨 柬国 泰国 老挝 菲律宾 迪拜 澳门 金三角 东南亚 边境 瑞丽 西双版纳 境外 "
        "国外 叠码仔 荷官 西港 妙瓦底 越南 马来",
    ),
    Role(
        "smuggled",
        "护照不用、手续不管、晚上走：这是偷渡。",
        "护照都不用 不用护照 没护照 手续不用 晚上走 机票签证由公司出 包机票 机票公司 有护照就走 "
        "先飞 转机 有人接 找个人 专车接 usdt结 u结 飞机号 不用懂外语 敲键盘 一趟给 手续公司办 "
        "落地签 过去以后 带路 走小路",
    ),
    Role(
        "lend_later",
        "岗位变成课程，学费用贷款或工资抵：这是招转培。",
        "岗前提升 储备岗 从以后工资 工资抵扣 工资里按月 先学后付 分期 助学 学费 贷款 签培训协议 "
        "学完上岗 学完推荐 包就业 实训费 培训费",
        deniable=True,
    ),
    Role(
        "refund_task",
        "代付定金、刷预订、激活订单：垫出去的钱不会回来。",
        "付定金 后台取消退回 刷预订量 垫付 补一笔 激活订单 卡单 超时 操作超时 提出来 冻结 连单 "
        "一起给你提 代付 先付款 拍下付款 自己先付 拍下 返到 本金 订单激活",
        deniable=True,
    ),
)  # fmt: skip

OF_TRADES = (
    Pitch("fee_for_outfit", F.UPFRONT_FEE, "outfit you_pay start", within=70, outfit=16, you_pay=26,
          back_later=16, start=0),
    Pitch("broker", F.AGENCY_FEE, "job_broker broker_money", within=50, job_broker=24, broker_money=26),
    Pitch("typing_fee", F.TYPING_SCAM, "type_work type_fee", within=90, type_work=10, type_fee=38,
          from_home=10, no_skill=8, back_later=8),
    Pitch("craft_fee", F.HANDICRAFT_DEPOSIT, "craft craft_fee craft_back", within=90, craft=10,
          craft_fee=38, craft_back=0, from_home=10, back_later=8),
    Pitch("model_fee", F.MODEL_CARD, "model_work model_fee you_pay", within=90, model_fee=34, you_pay=26),
    Pitch("papers", F.ID_SEIZURE, "id_papers papers_kept papers_hold", within=60, papers_kept=44,
          back_later=10, you_pay=14),
    Pitch("unpaid", F.WAGE_THEFT, "unpaid_time no_wage", within=40, unpaid_time=20, no_wage=34),
    Pitch("papers_sent", F.INFO_HARVEST, "private_papers papers_wanted start|job", within=90,
          private_papers=32, papers_wanted=18, channel=6),
    Pitch("downline", F.PYRAMID, "joining downline", within=110, joining=26, downline=30, you_pay=10, easy_gain=8),
    Pitch("posters", F.PAID_POSTERS, "fake_voice per_post by_script", within=110, fake_voice=24,
          by_script=22, from_home=6),
    Pitch("account_lent", F.ACCOUNT_RENTAL, "id_account account_lent rent_money", within=70,
          account_lent=44, account_quality=12, pay_now=8),
    Pitch("cash", F.CASH_COURIER, "cash cash_secret trip_pay", within=80, cash_secret=46, you_pay=0),
    Pitch("lines", F.GOIP_RELAY, "line_gear line_secret rent_money|trip_pay", within=80, line_secret=46),
    Pitch("callers", F.FAKE_CS_CALLER, "call_script lead_off per_person", within=90, call_script=24, lead_off=24),
    Pitch("card_out", F.CARD_RENTAL, "card card_out", within=80, card=16, card_out=32, account_price=6),
    Pitch("pass_on", F.MONEY_MULE, "wallet pass_on mule_cut", within=90, pass_on=44, daily_gain=10),
    Pitch("smuggled", F.OVERSEAS_JOB, "go_abroad smuggled", within=90, go_abroad=24, smuggled=34,
          big_money=14, grey_channel=18),
    Pitch("refund_task", F.BRUSHING_REBATE,
          "refund_task rebate|payback task|earning|daily_gain|per_post|refund_task", within=110,
          refund_task=34, rebate=16, task=14),
)  # fmt: skip
