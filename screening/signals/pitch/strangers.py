"""Fraud outside work, in the words of those who commit it: a pasted chat, a text message, a call."""

from screening.fraud_types import FraudType as F

from .role import Pitch, Role

STRANGERS = (
    Role(
        "authority",
        "自称公安、检察院、反诈中心：真的不会打电话、发消息办案。",
        "公安局 民警 警官 警号 检察院 检察官 法院 公安机关 刑警 经侦 专案组 反诈中心 通信管理局 "
        "通管局 社保局 医保局 疾控中心 海关 出入境 网警 国安 派出所 法官 公安部 公安厅 市局 网安",
    ),
    Role(
        "accusation",
        "吓你说涉案、被通缉、名下有问题：越急越要停下来。",
        "涉嫌 洗钱 通缉 逮捕 立案 涉案 违法犯罪 被冒用 被盗用 冒名 强制停机 拘留 拘捕 传票 冻结你 "
        "冻结您 名下所有 案件 境外消费 非法集资案 违规发送 逮捕令 犯罪 征信污点 黑名单 恶意透支 "
        "违规 医保卡异常 被禁用",
    ),
    Role(
        "secrecy",
        "叫你别告诉人、别挂电话、一个人待着：为的是没人提醒你。",
        "不要告诉 不能告诉 别告诉 保密 不要挂断 不要挂电话 不能挂断 独自 没人的地方 无人的房间 "
        "开个房间 找个宾馆 酒店房间 不要声张 严禁泄露 不得泄露 不要跟任何人 不许跟任何人 对家人 "
        "别跟 不要和任何人 别和家里",
    ),
    Role(
        "safe_account",
        "要你把钱转到“安全账户”或配合核查：没有安全账户，转出去就没了。",
        "安全账户 安全账号 核查账户 资金核查 资金清查 清查资金 资金审查 核实资金 公证账户 监管账户 "
        "资产清查 转到指定 转入指定 配合调查 配合核查 资金比对 保证金 取保 交保 转账到 转到国家 "
        "证明清白 洗清嫌疑 资产证明 国家账户 打到指定",
    ),
    Role(
        "remote_hand",
        "要验证码、共享屏幕、装会议软件：等于把手机交给他。",
        "屏幕共享 共享屏幕 验证码 会议软件 腾讯会议 飞书 下载会议 远程协助 远程操作 远程控制 "
        "银行卡号和密码 卡号和密码 支付密码 银行卡密码 共享您的屏幕 共享你的屏幕 向日葵 todesk "
        "视频笔录 人脸识别 刷脸 做笔录 打开屏幕 zoom 动态码 短信码 短信里的数字 六位数字",
    ),
    Role(
        "service",
        "自称客服、快递、平台、银行：挂掉，自己从 App 里找客服。",
        "客服 售后 理赔 官方客服 快递 物流 淘宝 京东 抖音 支付宝 微信支付 银联 航空 保险公司 "
        "银保监 征信中心 平台工作人员 美团 拼多多 商家 旗舰店 航班 金融客服 直播平台",
    ),
    Role(
        "trouble",
        "说你有退款、会员要扣费、影响征信：先自己查，不按他说的做。",
        "退款 理赔 赔付 丢失 质量问题 自动扣费 每月扣 会员扣费 会员自动 了会员 直播会员 百万保障 "
        "免密支付 误开通 开通了 注销 校园贷 学生贷 影响征信 征信 取消航班 航班取消 改签 延误 "
        "双倍赔 三倍赔 赔偿 扣款 白条 备用金 到期 异常 保价 误操作 代理商 误将您 误把您 利率过高",
    ),
    Role(
        "demand_cs",
        "退款、取消都用不着你转钱、借钱、给卡号。",
        "共享屏幕 屏幕共享 下载 验证码 银行卡 转账 转到 转出 借款 借出来 备用金 链接 点击 卡号 "
        "会议 激活 缴纳 刷流水 提供 认证 扫码 加qq 添加 转入 汇款 清空 贷款 额度",
    ),
    Role(
        "boss",
        "自称领导、老板、老师、亲友：用以前存的电话打给本人问一声。",
        "我是你领导 我是领导 我是董事长 我是王总 我是李总 我是张总 我是刘总 我是陈总 我是老板 "
        "董事长 总经理 班主任 我是老师 我是你老师 各位家长 书记 校长 局长 主任 表哥 老同学 "
        "我是你哥 我是你姐 猜猜我是谁 听不出来 换了新号 换号了 新号码 我的新微信 手机坏了 手机摔 "
        "手机丢 我是小 我是你 战友 你女儿 你儿子",
        r"我是[^，。！\n]{0,6}(?:总(?!部|是|结|之)|局长?|书记|主任|校长|院长|处长|科长|老师"
        r"|你[哥姐叔舅姨表同])|(?:王|李|张|刘|陈|赵|周|吴|杨|黄)总",
    ),
    Role(
        "favour",
        "开口要垫钱、转账、买卡，还说不方便接电话：这是冒充熟人的老办法。",
        "帮我转 帮我打 帮我付 帮我垫 帮我充 先垫 垫一下 代我 替我转 转给我 打给我 转过去 转过来 "
        "打款 汇款 转账 转一笔 急用钱 急需用钱 借我 借点 借几 救急 周转 手术费 保证金 住院费 红包 "
        "资料费 补课费 学费 缴费 收款码 人情 送礼 不方便接 不方便说话 在开会 正在开会 不方便出面 "
        "打过去 支付 会打给 转五 转三 转两 转一 班费 书本费 试卷费 报名费 采购",
    ),
    Role(
        "gift_card",
        "要你买礼品卡、充值卡，把卡号密码发过去：钱马上就没了。",
        "礼品卡 充值卡 购物卡 卡密 京东e卡 e卡 点卡 苹果卡 itunes steam卡 油卡 超市卡 电话充值卡 "
        "沃尔玛卡 刮开密码 卡号密码 卡上的密码 卡号和密码发 刮开涂层 刮开拍照 拍照发我 拍照给我 "
        "q币 刮开",
    ),
    Role(
        "buying",
        "",
        "帮我买 去买 买几张 买两张 买三张 买五张 买十张 购买 代买 买一些 买点 买些 帮我充 先买 "
        "帮忙买 买来 采购",
    ),
    Role(
        "loan",
        "主动上门的贷款：正规贷款不靠短信和陌生人。",
        "贷款 借款 放款 下款 额度 授信 借钱 网贷 信用贷 借呗 低息 抵押 备用金 借贷 到账 拿款 "
        "资金周转",
    ),
    Role(
        "loan_bait",
        "不看征信、秒放款：放款之前就会要你交钱。",
        "无抵押 免抵押 秒批 秒放 秒到 免征信 不看征信 无视征信 不查征信 黑户 白户 零门槛 凭身份证 "
        "身份证即可 身份证就 当天放款 当天下款 当天到账 低利息 低息 免审核 无需审核 百分百下款 "
        "包下款 利息低 内部渠道 免担保 无需担保 快速到账 立即到账 不上征信 逾期也能 有逾期 花户 "
        "手续简单 通过率 三分钟到账 三分钟放款 三分钟下款 十分钟到账 十分钟放款 只需身份证 预审 已通过审批 已获批",
    ),
    Role(
        "loan_fee",
        "放款前要保证金、解冻费、刷流水：一律是骗局。",
        "保证金 解冻 手续费 刷流水 认证金 验资 工本费 激活 会员费 服务费 保险费 开卡费 还款能力 "
        "卡号填错 卡号错误 卡号有误 银行流水 首期 第一期 包装费 担保费 征信修复 先交 先转 前期费用 "
        "资料费 转回 验证资金 预存 公证费",
    ),
    Role(
        "invest",
        "",
        "股票 炒股 牛股 涨停 带单 跟单 荐股 理财 数字货币 虚拟币 虚拟货币 usdt 比特币 外汇 黄金 "
        "原油 期货 区块链 基金 行情 投资 大宗商品 打新 内幕 交易所 建仓 持仓 币圈 入金 钱包 "
        "平台充值 红利项目 养老项目 彩票 开奖 下注 合约 数字藏品",
    ),
    Role(
        "sure_profit",
        "说稳赚、翻倍、有内部消息：投资没有保赚的。",
        "稳赚 翻倍 翻番 保本 包赔 内幕 内部消息 内部渠道 日收益 日化 月化 高收益 高回报 零风险 "
        "无风险 必涨 胜率 准确率 只赚不赔 包赚 回本 漏洞 规律 百分百盈利 盈利 收益率 稳定收益 "
        "每天收益 收益可达 资金翻 翻几 赚了 赚到 一天赚 涨停板 主力 后台数据 稳稳 赢利 三倍 五倍 "
        "十倍 收益",
        r"(?:收益|回报|盈利|利润|赚)[^，。\n]{0,6}\d\s?%|\d{1,4}\s?%[^，。\n]{0,4}(?:收益|回报|盈利"
        r"|利润)",
    ),
    Role(
        "mentor",
        "“老师”带你做、拉群听课：群里的人多半是一伙的。",
        "老师带 老师 导师 分析师 大师 带你 带您 跟着我 跟我做 跟我一起 听课 直播间 内部群 交流群 "
        "助理 牛人 我叔叔 我舅舅 我表哥在 讲课 vip群 进群 加群 扫码 加微信 加我 下载 链接 注册 app "
        "客服 名额",
    ),
    Role(
        "no_exit",
        "提现还要先交税、交保证金：钱已经出不来了。",
        "提现失败 无法提现 不能提现 提现需要 提现需 提现前 提不出 交税 缴税 个人所得税 账户冻结 "
        "账户被冻结 账号冻结 解冻 流水不足 流水不够 卡单 信用分 刷信用分 补齐 缴纳保证金 出金",
    ),
    Role(
        "affection",
        "没见过面就谈感情：感情是铺垫，钱才是目的。",
        "亲爱的 宝贝 想你 爱你 老公 老婆 缘分 单身 离异 真心 余生 喜欢你 见面 恋爱 处对象 交往 "
        "小姐姐 附近的人 约会 女神 相亲 未婚妻 男朋友 女朋友 我们的未来 结婚 约吗 上门服务 同城约 "
        "交友 丧偶 军人 维和 陪你 裸聊 视频裸 视频聊天",
    ),
    Role(
        "money_talk",
        "感情里提钱、带你投资、要路费：一提钱就是骗局。",
        "借我 转我 打钱 打款 转账 路费 机票钱 车费 手术费 医药费 住院 生病 礼物 红包 投资 平台 "
        "一起赚 带你赚 理财 充值 保证金 会员费 清关费 海关 包裹费 关税 押金 诚意金 开会员 下载 app "
        "周转 急用 学费 漏洞 保镖费 安全费 账号帮我 帮我操作 帮我登录 视频发给 通讯录 发给你的",
    ),
    Role(
        "goods",
        "低价的紧俏货：越便宜越要在平台上买。",
        "低价 原单 内部价 海关罚没 罚没 走私 二手 转让 代购 演唱会 门票 内部票 出票 全新 闲置 手机 "
        "茅台 苹果 显卡 厂家直销 清仓 特价 九成新 正品 口罩 球鞋 相机 游戏机 黄牛 名牌 打折 亏本 "
        "批发",
    ),
    Role(
        "off_platform",
        "不走平台、要先付款：付了就找不到人。",
        "不走平台 走平台要手续费 平台手续费 平台扣 加微信交易 微信交易 微信转 直接转账 私下交易 "
        "私下转 先付款 先付定金 定金 付全款 全款 先转 先打款 转账到 支付宝转 不支持货到付款 "
        "不支持验货 不退 加微信付款 付款后发货 付了就发 款到发货 链接付款 扫码付款 发你链接 "
        "这个链接拍 押金 线下付款 改价链接",
    ),
    Role(
        "game",
        "买卖游戏账号、装备、皮肤：只在官方平台交易。",
        "游戏账号 游戏号 装备 皮肤 点券 游戏币 代练 卖号 收号 买号 王者 和平精英 原神 英雄 段位 "
        "防沉迷 解除防沉迷 限量皮肤 送皮肤 免费皮肤 领皮肤 吃鸡 穿越火线 dnf 金币 账号交易 蛋仔 "
        "迷你世界 steam",
    ),
    Role(
        "game_trick",
        "离开游戏平台交易、扫码领皮肤、用家长手机付款：都是骗局。",
        "先付 转账 加qq 加我qq 扫码 扫一扫 二维码 保证金 解冻 冻结 家长手机 妈妈手机 爸爸手机 "
        "大人手机 爸妈手机 父母手机 付款码 收款码 交易平台 交易网站 押金 链接 账号密码 密码发 "
        "支付密码 验证码 激活 微信付 不走平台 免费领 免费送 中间人 担保",
    ),
    Role(
        "fund",
        "要你出钱入股、预存、认购。",
        "投资 入股 认购 原始股 养老公寓 养老床位 养老项目 合作社 预存 会员卡 存入 存款 存钱 "
        "项目股份 分红项目 众筹 认养 理财产品 加盟 集资 借给公司 资金 床位 股权 资金盘 消费返利 "
        "充值 预付卡",
    ),
    Role(
        "fixed_return",
        "保本、高利息、每月返钱：用的是后来人的钱。",
        "年化 月息 保本 保息 固定收益 每月返 每月分红 本息 高息 返本 利息 返利 分红 按月返 到期返 "
        "到期还本 利率 收益率 月月返 每年返 翻番 坐等分红 上市后 回购 每天返 年利",
    ),
    Role(
        "crowd",
        "送鸡蛋、听讲座、拉亲友：都是集资的手法。",
        "老人 爷爷奶奶 叔叔阿姨 大爷大妈 送鸡蛋 领鸡蛋 送米面 讲座 拉亲友 推荐亲友 名额 国家扶持 "
        "政府支持 国家支持 国企担保 有担保 上市公司 旅游考察 免费旅游 合同 政策 门店 银行都 推荐人 "
        "介绍人 返点 提成 低风险 随时可取 随时可退 实体项目",
    ),
    Role(
        "prize",
        "白送的礼物是饵：下一步就是进群做任务。",
        "免费送 免费领 免费领取 中奖 恭喜您 恭喜你 抽中 礼品 奖品 礼物 赠送 大礼包 回馈老顾客 "
        "幸运用户 幸运儿 刮奖 刮刮卡 一等奖 包邮送 0元领 零元领 送您一份 送你一份 赠品 小礼品 "
        "粉丝福利",
    ),
    Role(
        "prize_claim",
        "领奖要扫码加人、进群、交邮费或税：真礼物不用。",
        "扫码 加微信 进群 入群 二维码 链接 客服 邮费 手续费 交税 保证金 添加 扫一扫 公证费 领取群 "
        "福利群 加好友 微信群 加企业微信 联系客服 运费 下载 个税 填写银行卡",
    ),
    Role(
        "recovery",
        "说能帮你追回被骗的钱：这是第二个骗局。",
        "追回被骗 追回损失 帮您追回 帮你追回 帮忙追回 能追回 可以追回 黑客 追款 挽回损失 网上报警 "
        "在线报警 网警在线 退赔 追损 被骗的钱 被骗资金",
    ),
    Role(
        "recovery_fee",
        "",
        "手续费 保证金 律师费 技术费 定金 先付 加qq 加微信 服务费 联系 流水 激活 押金 解冻",
    ),
)  # fmt: skip

OF_STRANGERS = (
    Pitch("police", F.IMPERSONATE_POLICE, "authority accusation safe_account|secrecy|remote_hand", within=260,
          authority=22, accusation=26, safe_account=36, secrecy=28, remote_hand=26),
    Pitch("safe_account", F.IMPERSONATE_POLICE, "authority|accusation safe_account secrecy|remote_hand", within=260,
          authority=20, accusation=22, safe_account=34, secrecy=28, remote_hand=26),
    Pitch("recovery", F.IMPERSONATE_POLICE, "recovery recovery_fee", recovery=42, recovery_fee=0,
          authority=14, channel=12, paying=14),
    Pitch("service", F.IMPERSONATE_CS, "service trouble demand_cs greeting|introduction|remote_hand",
          unless="meeting", within=220,
          service=14, trouble=20, demand_cs=16, remote_hand=30, greeting=8, introduction=8, channel=8),
    Pitch("screen", F.IMPERSONATE_CS, "trouble remote_hand", unless="meeting", within=200, trouble=26,
          remote_hand=34, service=14),
    Pitch("boss", F.IMPERSONATE_BOSS, "boss favour", unless="meeting", within=140, boss=26, favour=26,
          gift_card=34, secrecy=18, channel=6),
    Pitch("gift_card", F.IMPERSONATE_BOSS, "gift_card buying", within=120, gift_card=46, buying=0, boss=20,
          favour=20, secrecy=18, affection=10),
    Pitch("loan", F.FAKE_LOAN, "loan loan_bait", within=140, unless="meeting", loan=16, loan_bait=26,
          loan_fee=36, channel=10, app=16, greeting=8),
    Pitch("loan_fee", F.FAKE_LOAN, "loan loan_fee", within=140, loan=20, loan_fee=30, loan_bait=26,
          no_exit=20, app=12),
    Pitch("invest", F.FAKE_INVESTMENT, "invest sure_profit mentor", unless="meeting", within=180, invest=0,
          sure_profit=30, mentor=18, channel=8, app=16,
          no_exit=26, grey_channel=16),
    Pitch("no_exit", F.FAKE_INVESTMENT, "no_exit invest|sure_profit|rebate", within=200, no_exit=40,
          sure_profit=14, paying=16),
    Pitch("romance", F.ROMANCE, "affection money_talk greeting|mentor|channel|sure_profit|favour",
          unless="meeting", within=200,
          affection=28, money_talk=24, sure_profit=18, app=12, channel=6, favour=14),
    Pitch("goods", F.FAKE_SHOPPING, "goods off_platform", unless="meeting", within=120, goods=12,
          off_platform=36, channel=10),
    Pitch("game", F.GAME_TRADE, "game game_trick", within=120, game=24, game_trick=30, channel=6, prize=14),
    Pitch("fund", F.ILLEGAL_FUNDRAISING, "fund fixed_return crowd", unless="meeting", within=200, fund=10,
          fixed_return=30, crowd=18, sure_profit=12),
    Pitch("prize", F.GIFT_BAIT, "prize prize_claim greeting|channel|app|task|service", within=140,
          prize=26, prize_claim=22, channel=8, app=12,
          task=14, greeting=8),
)  # fmt: skip
