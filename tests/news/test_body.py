from news import body


def test_only_the_allowed_is_left():
    html = (
        '<h1>大</h1><p onclick="x()">一<script>alert(1)</script><img src="//evil/x.png"></p>'
        '<a href="javascript:x()">二</a><a href="https://a.cn" target="_blank">三</a>'
    )
    assert body.clean(html) == (
        '大<p>一</p><a rel="nofollow noopener noreferrer">二</a>'
        '<a href="https://a.cn" rel="nofollow noopener noreferrer">三</a>'
    )


def test_the_excerpt_is_running_text_of_120_characters():
    extras = "<figure><figcaption>图</figcaption></figure><h2>小</h2><p>某报记者 李明</p>"
    html = f"{extras}<p>{'字' * 130}</p>"
    assert body.excerpt(html) == "字" * 120 + "···"
    assert body.excerpt("<p>短。</p><p>文。</p>") == "短。文。"


def test_the_fingerprint_ignores_spaces_punctuation_and_width():
    assert body.fingerprint("先返 １０ 元，再要。") == body.fingerprint("先返10元 再要")
    assert body.fingerprint("先返10元") != body.fingerprint("先返20元")
