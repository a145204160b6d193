"""Words spelled so that nobody finds them: 刷*单, 亻言, shua dan, +v. Each is read as its plain word.

Ordinary prose must read as it is written: a mark goes only where it cannot join two words wrongly.
"""

import re
from collections.abc import Iterable, Iterator

from screening.reading.folding import is_han

Edit = tuple[int, int, str]  # a stretch of the text, and what it reads instead

# Between two Chinese characters these mean nothing; 、 / - and the like may part two words.
_IDLE = frozenset("*_^`·•‧∙⋅・丨¦°˙´¯ˉ¨'’‘")
_MARKS = re.compile(
    r" ?(?:[^\w\s，。,;；:：!！?？、“”\"()（）\[\]{}【】《》<>%‰￥¥$…\u3008-\u301b]|[_丨丶〇]"
    r"|(?<![a-z])[xo](?![a-z]))+ ?"
)
# One character of a word in brackets or quotes: 刷(单), 押【金】.
_WRAPPED = re.compile(r"[(\[【{<「『《“\"'‘〔〖](\w{1,2})[)\]】}>」』》”\"'’〕〗]")
_LONGEST = 6
# Characters that any mark between them is taken out of, because no two words meet there.
_TORN = frozenset(
    "刷单 押金 垫付 垫资 返利 返现 返佣 佣金 跑分 加微 微信 薇信 加群 进群 扣扣 银行 行卡 租号 租卡 收卡 卖卡 收号 "
    "贷款 培训 训费 训贷 兼职 日结 赚钱 充值 转账 提现 博彩 赌博 彩票 投资 码商 号商 点赞 任务 保证 证金 服装 装费 "
    "报名 名费 体检 检费 材料 料费 会员 员费 中介 介费 介绍 绍费 信息 息费 保密 密费 密金 打字 手工 "
    "工活 模卡 淘宝 京东 先付 工资 身份 份证 手机 机卡 电话 话卡 群号 企鹅 飞机 电报 "
    "二维 维码 扫码 支付 付宝 好评 评师 水军 点击 销量 刷手 刷客 垫钱 本金 倍返 传销 柬埔 埔寨 缅甸 缅北".split()
)
_NOT_TORN_AFTER = frozenset("粉洗印冲涮毛牙板漆鞋擦")  # 粉刷 - 单价
# Spelled one character at a time (加/微/信) is no list of words, unless of these: 元/天/人, 早-中-晚.
_LISTED = frozenset(
    "元块天日月年周时分秒人次件单个班岁号名小大男女早中晚上下午前后左右东南西北一二三四五六七八九十百千万零"
)

_SPLIT = {
    parts: whole
    for pair in (
        "亻言信 亻介价 亻寸付 亻牛件 亻立位 亻昔借 亻尔你 亻主住 亻火伙 亻可何 亻故做 亻用佣 亻呆保 亻本体 亻弗佛 "
        "亻子仔 亻云传 亻旦但 氵去法 氵主注 氵充流 氵工江 氵先洗 氵每海 氵夬决 扌甲押 扌丁打"
        " 扌口扣 扌妾接 扌召招 扌立拉 扌殳投 "
        "扌非排 扌是提 扌奂换 扌安按 扌台抬 扌广扩 扌戋钱 讠果课 讠人认 讠正证 讠身谢 讠炎谈"
        " 讠川训 讠平评 讠舌话 讠羊详 讠十计 讠成诚 "
        "钅戋钱 钅艮银 钅肖销 钅令铃 纟吉结 纟合给 纟及级 纟工红 纟吏绝 辶反返 辶斤近 辶井进"
        " 辶云运 辶周通 辶先选 辶束速 辶关送 "
        "阝付附 彳行行 彳艮很 忄夬快 忄青情 冫欠次 丬犬状 礻土社 饣反饭 衤由袖 "
        "弓长张 君羊群 车专转 马扁骗 贝兼赚 贝长账 弓虽强 执土垫 者阝都 代贝贷 石马码 "
        "贝占贴 走召超 火兰烂 木才材 彳亍行 贝才财 木又权"
    ).split()
    for parts, whole in [(pair[:2], pair[2])]
}
_SPLIT_HEADS = re.compile(f"[{''.join(sorted({parts[0] for parts in _SPLIT}))}]")

_PINYIN = {
    "weixin": "微信", "jiaweixin": "加微信", "weixinqun": "微信群", "jiaqun": "加群", "jinqun": "进群",
    "qunhao": "群号", "koukou": "扣扣", "qiequn": "企鹅群", "qie": "企鹅", "weixinhao": "微信号",
    "dianhua": "电话", "shoujihao": "手机号", "lianxi": "联系", "saoma": "扫码", "erweima": "二维码",
    "shuadan": "刷单", "yajin": "押金", "dianfu": "垫付", "dianzi": "垫资", "fanli": "返利", "fanxian": "返现",
    "fanyong": "返佣", "yongjin": "佣金", "paofen": "跑分", "zuhao": "租号", "zuka": "租卡", "maika": "卖卡",
    "yinhangka": "银行卡", "dianhuaka": "电话卡", "shoujika": "手机卡", "baozhengjin": "保证金",
    "fuzhuangfei": "服装费", "peixunfei": "培训费", "peixundai": "培训贷", "cailiaofei": "材料费",
    "huiyuanfei": "会员费", "jieshaofei": "介绍费", "baomingfei": "报名费", "tijianfei": "体检费",
    "jianzhi": "兼职", "rijie": "日结", "zhifubao": "支付宝", "zhuanzhang": "转账", "chongzhi": "充值",
    "dianzan": "点赞", "zuorenwu": "做任务", "yanzhengma": "验证码", "shenfenzheng": "身份证",
    "jianpuzhai": "柬埔寨", "miandian": "缅甸", "feiji": "飞机", "zhifeiji": "纸飞机", "daikuan": "贷款",
    "dazi": "打字", "huiyuan": "会员", "shougonghuo": "手工活", "zhongjie": "中介", "yhk": "银行卡", "zfb": "支付宝",
    "bzj": "保证金",
}  # fmt: skip
# 刷dan, shua单: one half in letters.
_HALVES = (
    "刷shua单dan 押ya金jin 垫dian付fu 返fan利li 返fan现xian 返fan佣yong 佣yong金jin 跑pao分fen"
    " 微wei信xin 薇wei信xin 加jia微wei 加jia群qun 进jin群qun 扣kou扣kou 租zu号hao 租zu卡ka"
    " 兼jian职zhi 日ri结jie 飞fei机ji 点dian赞zan 转zhuan账zhang 打da字zi 会hui员yuan 保bao密mi 材cai料liao"
    " 培pei训xun 中zhong介jie 介jie绍shao 缅mian甸dian 提ti现xian 充chong值zhi"
)
_HALF = re.compile(r"([\u4e00-\u9fff])([a-z]+)([\u4e00-\u9fff])([a-z]+)")
_AFTER_HAN: dict[str, str] = {}
_BEFORE_HAN: dict[str, str] = {}
for _one, _first, _other, _second in _HALF.findall(_HALVES):
    _AFTER_HAN[_one + _second] = _other
    _BEFORE_HAN[_first + _other] = _one
for _written, _other in {
    "加v 加vx 加wx +v +vx +wx": "微信", "刷d 刷sd": "单", "交yj 退yj": "押金", "跑f": "分",
}.items():  # fmt: skip
    _AFTER_HAN |= dict.fromkeys(_written.split(), _other)
for _written, _other in {
    "v信 w信 v心": "微",
    "s单": "刷",
    "vx号 wx号": "微信",
    "p分": "跑",
}.items():
    _BEFORE_HAN |= dict.fromkeys(_written.split(), _other)
_LETTERS = re.compile(r"[a-z]+")
_MOST_RUNS = 4
_PARTS_PINYIN = frozenset(" -_.·*'~|/")
_NO_WORD = frozenset("0123456789@./_-:\\")  # beside these, letters belong to an address or a name

# Characters that sound or look like those of a word, where no ordinary words meet so.
_MEANT = {
    written: word
    for word, spellings in {
        "刷单": "唰单 涮单 刷丹 刷箪", "押金": "压金 呷金 鸭金 押今", "先垫付": "先点付 先店付", "佣金": "拥金 俑金",
        "跑分": "炮分 跑份 跑芬 炮份", "充值": "充直 冲值 冲直", "材料费": "才料费", "保证金": "保正金 报证金",
        "会员费": "会圆费 烩员费", "银行卡": "银行咔 银航卡", "缅甸": "面甸 免甸 勉甸",
        "柬埔寨": "柬埔塞 柬甫寨 东埔寨 东甫寨",
        "返利": "反利", "返佣": "反佣", "返现": "反现", "兼职": "兼只 兼耳只", "日结": "曰结", "点赞": "点👍",
        "微信": "绿泡泡 微芯 薇芯 薇心 徽信 徽芯 威❤ 葳❤ 维❤ 唯❤ 威♥ 葳♥ 葳信",
    }.items()
    for written in spellings.split()
}  # fmt: skip
_ORDINARY = {"压金": "属条块银", "反现": "实象场", "反利": "用"}  # what follows in ordinary words
_SOUNDS = re.compile(
    r"薇[信❤♥♡]|[微vw][❤♥♡]|[押佣](?=[💰💵💴🪙])|[💰💵💴🪙]|(?<![大商卖买店厂玩专国公一这那每住老回在])家(?=微信|薇信|薇❤|葳❤)|"
    + "|".join(map(re.escape, _MEANT))
)
_MONEY = frozenset("💰💵💴🪙")


def find_torn_words(text: str) -> list[Edit]:
    """Where marks tear a word apart: 刷*单, 押.金, 加/微/信."""
    edits: list[Edit] = [*_find_wrapped(text)]
    before = (-1, -1, "")  # the mark before, whether or not it was taken out
    for match in _MARKS.finditer(text):
        start, end = match.span()
        if start == 0 or end == len(text) or end - start > _LONGEST:
            continue
        left, right, mark = text[start - 1], text[end], match.group().strip()
        if not (is_han(left) and is_han(right)):
            continue
        if set(mark) <= _IDLE or (
            left + right in _TORN and text[max(0, start - 2)] not in _NOT_TORN_AFTER
        ):
            edits.append((start, end, ""))
        elif before[1] == start - 1 and before[2] == mark and mark not in {"~", ""}:
            places = (before[0] - 1, start - 1, end)
            if not any(text[place] in _LISTED for place in places):
                edits += [
                    edit for edit in ((*before[:2], ""), (start, end, "")) if edit not in edits[-1:]
                ]
        before = (start, end, mark)
    return _drop_overlaps(edits)


def _find_wrapped(text: str) -> Iterator[Edit]:
    for match in _WRAPPED.finditer(text):
        start, end = match.span()
        inner = match.group(1)
        before, behind = text[start - 1 : start], text[end : end + 1]
        if before + inner[0] in _TORN or inner[-1] + behind in _TORN:
            yield start, end, inner


def find_spelled_words(text: str) -> list[Edit]:
    """Where a word is split into parts, spelled in letters or only sounds like itself."""
    return _drop_overlaps([*_find_split(text), *_find_sounds(text), *_find_pinyin(text)])


def _drop_overlaps(edits: Iterable[Edit]) -> list[Edit]:
    kept: list[Edit] = []
    for edit in sorted(edits):
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return kept


def _find_split(text: str) -> Iterator[Edit]:
    for match in _SPLIT_HEADS.finditer(text):
        start = match.start()
        if whole := _SPLIT.get(text[start : start + 2]):
            yield start, start + 2, whole


def _find_sounds(text: str) -> Iterator[Edit]:
    for match in _SOUNDS.finditer(text):
        start, end = match.span()
        word = match.group()
        if word in _MONEY:
            before = text[start - 1 : start]
            if before in {"押", "佣"}:
                yield start, end, "金"
            elif before and before in "交收付赚给返退转挣":
                yield start, end, "钱"
        elif word == "家":
            yield start, end, "加"
        elif word in _MEANT:
            if text[end : end + 1] not in [*_ORDINARY.get(word, "")]:
                yield start, end, _MEANT[word]
        elif len(word) == 2:
            yield start, end, "微信"


def _find_pinyin(text: str) -> Iterator[Edit]:
    """Several syllables first, then half a word."""
    runs = [match.span() for match in _LETTERS.finditer(text)]
    done = 0
    for number, (start, end) in enumerate(runs):
        if start < done or (start and text[start - 1] in _NO_WORD):
            continue
        edit = _find_syllables(text, runs[number : number + _MOST_RUNS]) or _find_half(
            text, start, end
        )
        if edit:
            yield edit
            done = edit[1]


def _find_syllables(text: str, runs: list[tuple[int, int]]) -> Edit | None:
    start, before = runs[0]
    joined, longest = "", None
    for begin, end in runs:
        if joined and not (begin - before == 1 and text[before] in _PARTS_PINYIN):
            break
        joined, before = joined + text[begin:end], end
        if joined in _PINYIN and text[end : end + 1] not in _NO_WORD:
            longest = (*_widen_over_blanks(text, start, end), _PINYIN[joined])
    return longest


def _find_half(text: str, start: int, end: int) -> Edit | None:
    letters = text[start:end]
    wide_start, wide_end = _widen_over_blanks(text, start, end)
    if text[start - 1 : start] == "+" and text[start - 2 : start - 1].isascii() and start > 1:
        return None  # 3+v
    if whole := _BEFORE_HAN.get(letters + text[wide_end : wide_end + 1]):
        return start, wide_end, whole
    whole = _AFTER_HAN.get(text[max(0, wide_start - 1) : wide_start] + letters)
    if whole and (text[end : end + 1] not in _NO_WORD or text[end] == ":"):
        return wide_start, wide_end, whole
    return None


def _widen_over_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """With the blank that only stood between Chinese characters and letters."""
    if start > 1 and text[start - 1] == " " and is_han(text[start - 2]):
        start -= 1
    if end + 1 < len(text) and text[end] == " " and is_han(text[end + 1]):
        end += 1
    return start, end
