"""Deals in which the seeker pays: before work, for a place, for lessons, for material, for pictures."""

from screening.fraud_types import FraudType as F

from .common import BACK, EMPLOYER, OUT, SERVED, SUM
from .deal import Deal, Side

TWO = {2: 45, 3: 58, 4: 68}
START = Side(
    "start",
    "入职 上岗 报到 报名 进场 进厂 签约 签合同 办手续 办理手续 办入 面试 录用 录取 上班 开工 排班 到岗 试岗 岗位 应聘 入场 建档 合格后 通过后 被选中 "
    "领[工装衣设材证牌] 工牌 工号 胸[牌卡] 工服 工装 服装 制服 劳保 装备 头盔 箱子 健康证 体检 检查 保险 意外险 背调 档案 门禁 电动车 "
    "开通~账号 安排~岗 安排工作 安排上 保留 留着 名额 占位 放鸽子 第一天 "
    "当月 转正 骑手 保安 快递 司机 仓库 配送 分拣 理货 家政 住宿 宿舍",
    free=True,
)
THING = Side(
    "thing",
    "押金 保证金 定金 诚意金 服装 工装 工服 制服 装备 劳保 防静电 胸[卡牌] 工牌 工作证 上岗证 健康证 意外险 保险 体检 检查 建档 档案 背调 报名费 手续费 "
    "工本费 资料费 卡费 箱子 头盔 餐具 行李 床品 被褥 门禁 设备押 住宿押 岗前 证件费 安全培训 "
    "档案费 占位费 违约 风险金 备用金 软件费 平台费 系统费 账号费 设备款 "
    "洗衣费 管理费 开户费 驻场 套餐 册子 手环 名额费 费用",
    free=True,
)
NO_TRADE = Side(
    "no_trade",
    "打字 录入 抄写 手工 串珠 模特 演员 童模 学费 课程 介绍费 中介 内推 熟人 刷单 好评 会员卡 年卡 健身 民宿 租客 房东 停车 房客 业主",
    free=True,
)
PLACE = Side(
    "place",
    "内部[有关名指] 内部~[熟人关系名指] 内推 有关系 找关系 托关系 走关系 走后门 熟人 领导 亲戚 表[舅哥叔姐] 名额~# 名额钱 名额费 指标 坑[位钱] 个坑 "
    "[塞弄]~进 安排[进上到入] 安排~[进厂工船岗单] 送[进你]~厂 包[进过上录]"
    " 保[进录过上] 走我[这的] 这条线 带队 带你进 介绍[工你费到给] 中介 劳务[所公部] "
    "信息费 [给帮]你~[介安找留推]~ 帮你找 找工作 雇主~[号电] 电话~自己 号码 正式工 "
    "编制 合同工 国企 央企 地铁 铁路 机场 烟草 电网 港口 银行~柜 船员 海员 月嫂~单 接单 派单 "
    "职介 职业介绍 推荐~[岗厂单位工] 保证~上岗 直签 保录 路子 门路 疏通 打点 登记~[找厂岗工] 会员~[岗单工] 报上名",
    free=True,
)
NOT_BROKER = Side(
    "not_broker",
    "向雇主 向企业 企业出 费用由 推荐人 推荐~奖 推荐奖 老带新 买卖双方 求职者不 不收求职 不收阿姨 游客 会员安排 红娘 经纪人 收服务费 招聘专员 厂里直招",
    free=True,
)
COURSE = Side(
    "course",
    "课程 课[包时]~# 的课 上课 [报听买]~课 [报个上]~班 特训 训练营 集训 实训 训练费 学费 培训费 岗前培训 岗前学 考证 考试费 拿证 证书 报班 导师 声优 实操 学完 "
    "学成 学会 学满 学习费 "
    "先学 跟着学 系统学 进修 培养~月 学习~月 教材 认证 资格证 培训 学[三四五六两半]个月 技能提升 能力提升 补课 零基础教",
    free=True,
)
LEARNER_PAYS = Side(
    "learner_pays",
    "学费~# 费用~# 培训费 学费 #~分期 分[三六十]~期 贷款 [贷借]~[#万千] 花呗 白条 信用卡 先学后付 学完再付 上班后~还 工作后~还 入职后~还 每月还 "
    "平台~垫 免息 助学金 "
    "金融[机公] 培训贷 教育贷 月供 签~[贷分]~ 交~[#费] 报~# 买~#",
)
JOB_PROMISE = Side(
    "job_promise",
    "包就业 包[工分上]~[作配岗] 推荐[上到就入工]~ 推荐就业 安排[就工上到岗]~ 保就业 就业 上岗 接单 派单 派活 转行 应聘 岗位~满 满了 实习生 管培 招聘 月薪过 "
    "入职 面试 "
    "工作机会 高薪 内推 合作公司 合作单位 签约 录用 就能上班 正式上班 工作室",
    free=True,
)
TEACHER = Side(
    "teacher",
    "讲师 教练员 课程顾问 老师 助教 课时费 试讲 给学员 接待家长 带学员 不收学费 学费全免 工资照发 带薪培训 培训期间~[#发有] 培训有 公司报销 "
    "学徒 底薪 教务 师傅带 首月工资 前台",
    free=True,
)
TYPING = Side(
    "typing",
    "打字 录入 录稿 敲[成键字] 抄写 抄~[书字稿] 誊[写抄] 手写稿 手稿 转文字 转成字 转电子 电子稿 变电子 听打 速录 文字~整理 [图片扫描]~字 扫描图 扫描件 "
    "原稿 领稿 接稿 "
    "交稿 稿费 稿酬 千字 一万字 一页~# 排版 校对 码字 小说 word 文档 语音转 录音转 录制表格 填表格 字帖",
    free=True,
)
TYPING_FEE = Side(
    "typing_fee",
    "会员 激活 权限费 开通~[账号权限]~# 开通费 保密 保证 押~# 押金 先付 先交 先[买购] 购买~软件 软件~# 合同金 工号费 建档 账号费 邮寄~[钱费] 纸笔 材料费 "
    "[错漏]~扣~# "
    "错~赔 违约 先出 先购买 定金 信用金 诚意金 加密狗 u盘费 终身 版权费 一劳永逸 [交付缴]~#",
)
CRAFT = Side(
    "craft",
    "手工 串珠 穿珠 珠[帘子花] 十字绣 绣[一好品花] 刺绣 钻石画 贴钻 圆珠笔 笔[芯套杆] 钩[毛线针一] 编织 编[绳篮] 折[纸叠盒] 纸[盒花袋] 绢花 丝网花 "
    "灯[串珠笼] 小灯 焊接 电子[元零]件 "
    "组装 装配 插件 包装外 贴膜 贴标 外放 外发 外加工 来料 带料 领料 发料 加工 手工皂 香囊 平安扣 剪线头 缝[制包] 串[珠手成] 中国结",
    free=True,
)
CRAFT_PAY = Side(
    "craft_pay",
    "料[钱费款] 线[钱费] 材料~# 材料费 样[品包]~# 原料~# 零件款 资料[款费] 技术~[费款] 押~# 放~[#保] 放#~在 放一[千百] 保证 押金 定金 加盟 设备~# "
    "机器~# 设备~买 设备~费 "
    "拿钱买 先[买购交付拿]~ 由你买 自己买 扣~# [交付买]~# 一份~# 合作~# 寄~# #一份",
)
CRAFT_BACK = Side(
    "craft_back",
    "收走 回收 回购 全收 包[回收销] 高价 收[成货购] 合格 验收 交[货成]~ 做[成好完] 做出来 绣完 装完 一起给 连本 再发料 长期发料 退[给你还] 返[还给] 工钱 "
    "在家 回家 "
    "妈妈 宝妈 上门取 寄回 交~次 回本 不愁",
    free=True,
)
MODEL = Side(
    "model",
    "模特 童模 手模 平模 网拍 演员 群演 艺人 星探 挖掘新人 新人演员 试镜 剧组 进组 走秀 T台 t台 童装广告 拍广告 上镜 形象好 形象~适合 镜头感 签约艺人 "
    "经纪[约人公] 入选 "
    "品牌方 代言 童星 主播签约 直播艺人 才艺大赛 初选 海选 "
    "写真 [派接]~广告 拍~广告 走红 出道 孵化 网红 手好看 拍摄兼职",
    free=True,
)
MODEL_PAY = Side(
    "model_pay",
    "资料~# 拍[一组套]~# 拍~资料~# 档案~# 化妆~# 摄影~# 妆造~# 推广册 册子 演员证 [办做]~证~# 模卡 样片 样照 形象照 定妆 形象费 包装~# 形体 镜头课 "
    "表演课 上~课~# "
    "妆发~# 服装~# 拍照费 照片费 底片 做[一个套组]~# 做~艺人 艺人档 家长[付出交] [交付出缴拿]~# 拿#出 打造~ 报名费 保证金",
)
NO_MODEL = Side(
    "no_model",
    "助理 门市 影楼 套系 底薪 现场试穿 化妆师 老师 给学员 礼仪 服装公司 主办 公司准备 组里提供 当天结 现结",
    free=True,
)

FEES = (
    Deal(
        "pay_before_work", F.UPFRONT_FEE, "要先交一笔钱才给上班：钱是找工作的人出，活还没干。",
        THING, OUT, START, BACK,
        musts=2, least=3, unless=(EMPLOYER, SERVED, NO_TRADE), weights={3: 46, 4: 60},
    ),
    Deal(
        "fee_with_sum", F.UPFRONT_FEE, "上岗之前就开出了要你付的数目：招人的单位不该收钱。",
        START, OUT, SUM, BACK,
        musts=2, least=4, unless=(EMPLOYER, SERVED, NO_TRADE), weights={4: 48},
    ),
    Deal(
        "pay_for_place", F.AGENCY_FEE, "拿钱换一个位子：介绍、安排工作向你收钱，收了也不保证有岗位。",
        PLACE, OUT, SUM, BACK, START,
        musts=2, least=3, unless=(NOT_BROKER, EMPLOYER, SERVED), weights={3: 46, 4: 58, 5: 65},
    ),
    Deal(
        "lessons_for_job", F.TRAINING_LOAN, "说先学再上岗，学费你出，还可能背上贷款：工作只是卖课的说法。",
        COURSE, LEARNER_PAYS, JOB_PROMISE, SUM,
        musts=3, least=3, unless=(TEACHER, EMPLOYER), weights={3: 50, 4: 62},
    ),
    Deal(
        "typing_for_fee", F.TYPING_SCAM, "打字、录入先要你付钱：稿费不会来，稿子总会被说不合格。",
        TYPING, TYPING_FEE, SUM, BACK,
        musts=2, least=3, unless=(EMPLOYER, SERVED), weights={3: 52, 4: 62},
    ),
    Deal(
        "craft_for_material", F.HANDICRAFT_DEPOSIT, "手工活先要你买料、押钱：成品多半会被说不合格，钱拿不回来。",
        CRAFT, CRAFT_PAY, CRAFT_BACK, SUM,
        musts=2, least=3, unless=(EMPLOYER,), weights={3: 52, 4: 62},
    ),
    Deal(
        "pictures_for_role", F.MODEL_CARD, "当模特、演员先要你掏钱拍照、办证、上课：钱花了，活不会来。",
        MODEL, MODEL_PAY, SUM, OUT,
        musts=2, least=2, unless=(NO_MODEL, EMPLOYER), weights={2: 42, 3: 54, 4: 64},
    ),
)  # fmt: skip
