"""No address outside loopback: names are resolved by the tests, and only `is_public` is replaced."""

import gzip
import socket
import threading
import time

import pytest

from sitekit.fetching import public_hosts, web_fetch
from sitekit.fetching.public_hosts import (
    AddressRefused,
    is_public,
    parse_public_url,
    resolve_host,
)
from tests.loopback import Site
from tests.sitekit.fetched_hosts import HOST, build_fetcher


@pytest.fixture
def site(loopback_counts_as_public, monkeypatch):
    site = Site()
    monkeypatch.setattr(public_hosts, "PORTS", {80, 443, site.port})
    yield site
    site.close()


@pytest.fixture
def no_connection(monkeypatch):
    """Nothing may be opened to anywhere; a test that asks for it proves that nothing was sent."""

    def refuse(*args, **kwargs):
        raise AssertionError(f"a connection was opened: {args}")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def fetch_site_page(site, path="/", **kwargs):
    return build_fetcher(**kwargs).page(f"http://{HOST}:{site.port}{path}")


INSIDE = [
    *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::127.0.0.1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::1", "64:ff9b::7f00:1", "2001::1"),
    *("64:ff9b:1::1", "2001:db8::1", "::ffff:8.8.8.8", "no address"),
    *("2002:808:808::1", "64:ff9b::808:808", "2001:0:808:808::1"),
]


@pytest.mark.parametrize("ip", INSIDE)
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(ip, no_connection):
    with pytest.raises(AddressRefused, match="内网"):
        build_fetcher(lambda _: [ip]).page(f"http://{HOST}/")


def test_a_name_that_is_looked_up_for_long_is_not_waited_for(monkeypatch):
    is_over = threading.Event()

    def wait_for_the_end(*_args, **_options):
        is_over.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", wait_for_the_end)
    monkeypatch.setattr(public_hosts, "LOOK_UP_SECONDS", 0.05)
    try:
        started = time.monotonic()
        with pytest.raises(AddressRefused, match="用了太久"):
            public_hosts.resolve_public_ips(parse_public_url(f"http://{HOST}/"), resolve_host)
        assert time.monotonic() - started < 10
    finally:
        is_over.set()


def test_one_inner_address_among_public_ones_is_enough_to_refuse(no_connection):
    with pytest.raises(AddressRefused, match="内网"):
        build_fetcher(lambda _: ["93.184.216.34", "10.0.0.1"]).page(f"http://{HOST}/")


@pytest.mark.parametrize("ip", ["93.184.216.34", "8.8.8.8", "2400:3200::1", "2606:4700::1111"])
def test_public_addresses_are_public(ip):
    assert is_public(ip)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1/", "内网"),
        ("http://10.1.2.3/", "内网"),
        ("http://169.254.169.254/latest/meta-data/", "内网"),
        ("http://[::1]/", "内网"),
        ("http://[::ffff:127.0.0.1]/", "内网"),
        ("http://[fe80::1%25eth0]/", "内网"),
        ("http://2130706433/", "数字地址"),
        ("http://0x7f000001/", "数字地址"),
        ("http://0x7f.0.0.1/", "数字地址"),
        ("http://0177.0.0.1/", "数字地址"),
        ("http://127.1/", "数字地址"),
        ("http://127.0.0.1./", "内网"),
        ("http://１２７.０.０.１/", "内网"),
        ("http://127。0。0。1/", "内网"),
        ("http://①②⑦.0.0.1/", "内网"),
        ("http://localhost/", "内网"),
        ("http://LOCALHOST./", "内网"),
        ("http://a.localhost/", "内网"),
        ("http://metadata.google.internal/", "内网"),
        ("http://printer.local/", "内网"),
        ("http://intranet/", "内网"),
        ("http://router/", "主机名"),
        ("http://news.example.cn@127.0.0.1/", "用户名"),
        ("http://user:word@news.example.cn/", "用户名"),
        ("http://news.example.cn\\@127.0.0.1/", "反斜线"),
        ("http://news.example.cn/\r\nHost: inside", "控制字符"),
        ("http://news.example.cn:22/", "端口"),
        ("http://news.example.cn:5432/", "端口"),
        ("http://news.example.cn:0/", "端口"),
        ("http://news.example.cn:/", "写得不对"),
        ("http://news.example.cn:99999/", "写得不对"),
        ("http://[::1/", "写得不对"),
        ("http:///x", "主机名"),
        ("http://" + "a" * 64 + ".cn/", "主机名"),
        ("http://news.example.cn/" + "a" * 3000, "太长"),
        ("ftp://news.example.cn/", "http:// 或 https:// 开头"),
        ("file:///etc/passwd", "http:// 或 https:// 开头"),
        ("gopher://127.0.0.1:6379/_", "http:// 或 https:// 开头"),
    ],
)
def test_an_address_that_is_a_trick_is_refused_unasked(url, reason, no_connection):
    with pytest.raises(AddressRefused, match=reason):
        build_fetcher(lambda host: pytest.fail(f"{host} was looked up")).page(url)


def test_a_host_nobody_knows_is_refused(no_connection):
    def unknown(host):
        raise socket.gaierror

    with pytest.raises(AddressRefused, match="找不到"):
        build_fetcher(unknown).page(f"http://{HOST}/")


def test_a_page_comes_with_its_type_and_charset(site):
    got = fetch_site_page(site.says("/a?b=1", "正文".encode("gbk")), "/a?b=1")
    assert (got.content_type, got.charset) == ("text/html", "gbk")
    assert got.body.decode("gbk") == "正文"
    assert got.url == f"http://{HOST}:{site.port}/a?b=1"


def test_the_site_says_who_it_is_and_brings_no_cookie(site, settings):
    settings.FETCH_USER_AGENT = "our-import/2 (ask@example.cn)"
    fetch_site_page(site.says("/"))
    assert site.headers["User-Agent"] == "our-import/2 (ask@example.cn)"
    assert site.headers["Host"] == f"{HOST}:{site.port}"
    assert not {"cookie", "authorization", "referer"} & {name.lower() for name in site.headers}


def test_chinese_in_an_address_is_quoted(site):
    fetch_site_page(site.says("/%E6%96%B0%E9%97%BB?q=%E5%90%89"), "/新闻?q=吉")
    assert site.asked[-1] == "/%E6%96%B0%E9%97%BB?q=%E5%90%89"


def test_a_chinese_host_is_asked_for_in_ascii():
    assert parse_public_url("http://例子.中国/").host == "xn--fsqu00a.xn--fiqs8s"


def test_the_connection_goes_to_the_address_that_was_looked_at(site, monkeypatch):
    """A name that answers otherwise the second time leads nowhere else."""
    site.says("/")
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])
    real, reached = socket.create_connection, []

    def watched(target, *args):
        reached.append(target[0])
        return real(target, *args)

    monkeypatch.setattr(socket, "create_connection", watched)
    fetch_site_page(site, resolve=lambda _: next(answers, ["10.0.0.1"]))
    assert reached == ["127.0.0.1", "127.0.0.1"]  # robots.txt, the page: one look-up each


def test_the_proxy_of_the_environment_is_not_used(site, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch_site_page(site.says("/")).body


def test_a_redirect_is_followed(site):
    site.says("/", status=302, Location="/b").says("/b", b"here")
    got = fetch_site_page(site)
    assert got.body == b"here"
    assert got.url.endswith("/b")


@pytest.mark.parametrize(
    "onward",
    [
        "http://127.0.0.2/",
        "http://169.254.169.254/latest/",
        "http://[::1]/",
        "//10.0.0.1/",
        "http://inner.example.cn/",
        "http://2130706433/",
        "file:///etc/passwd",
        "http://news.example.cn:22/",
    ],
)
def test_a_redirect_inside_is_refused_before_it_is_followed(site, onward, monkeypatch):
    site.says("/", status=301, Location=onward)
    real = socket.create_connection

    def only_the_site(target, *args):
        assert target == ("127.0.0.1", site.port)
        return real(target, *args)

    monkeypatch.setattr(socket, "create_connection", only_the_site)
    resolved = {HOST: ["127.0.0.1"], "inner.example.cn": ["10.0.0.1"]}
    with pytest.raises(AddressRefused):
        fetch_site_page(site, resolve=resolved.__getitem__)
    assert site.asked == ["/robots.txt", "/"]


def test_a_robots_file_elsewhere_can_not_lead_inside_either(site):
    site.says("/").says("/robots.txt", status=302, Location="http://10.0.0.1/")
    with pytest.raises(AddressRefused, match=r"robots\.txt：地址指向本机或内网"):
        fetch_site_page(site)
    assert site.asked == ["/robots.txt"]


def test_after_three_redirects_it_is_enough(site):
    for number in range(5):
        site.says(f"/{number}", status=302, Location=f"/{number + 1}")
    with pytest.raises(AddressRefused, match="转了 3 次"):
        fetch_site_page(site, "/0")
    assert site.asked == ["/robots.txt", "/0", "/1", "/2", "/3"]


def test_three_redirects_are_followed(site):
    for number in range(3):
        site.says(f"/{number}", status=302, Location=f"/{number + 1}")
    site.says("/3", b"end")
    assert fetch_site_page(site, "/0").body == b"end"


def test_what_robots_txt_forbids_is_not_fetched(site):
    site.says("/robots.txt", b"User-agent: jobsite-import\nDisallow: /inner/").says("/inner/a")
    with pytest.raises(AddressRefused, match=r"robots\.txt 不让取"):
        fetch_site_page(site, "/inner/a")
    assert site.asked == ["/robots.txt"]


def test_robots_txt_is_read_once_a_host(site):
    site.says("/robots.txt", b"User-agent: *\nDisallow: /x").says("/a").says("/b")
    visitor = build_fetcher()
    for path in "ab":
        visitor.page(f"http://{HOST}:{site.port}/{path}")
    assert site.asked == ["/robots.txt", "/a", "/b"]


def test_a_host_that_can_not_answer_for_its_robots_txt_is_left_alone(site):
    site.says("/robots.txt", status=503).says("/")
    with pytest.raises(AddressRefused, match=r"读不到对方的 robots\.txt：对方回答 503"):
        fetch_site_page(site)
    assert site.asked == ["/robots.txt"]


@pytest.mark.parametrize("line", ["Crawl-delay: ²", "Disallow: //[x"])
def test_a_robots_txt_that_can_not_be_read_is_a_refusal(site, line):
    site.says("/robots.txt", f"User-agent: *\n{line}".encode()).says("/")
    with pytest.raises(AddressRefused, match=r"读不到对方的 robots\.txt：里面写的读不懂"):
        fetch_site_page(site)


def test_requests_to_one_host_are_a_second_apart(site):
    waits = []
    fetch_site_page(site.says("/"), waits=waits)
    assert len(waits) == 1
    assert 0.5 < waits[0] <= 1


def test_a_longer_pause_that_robots_txt_wishes_is_kept(site):
    site.says("/robots.txt", b"User-agent: *\nCrawl-delay: 4").says("/")
    waits = []
    fetch_site_page(site, waits=waits)
    assert 3 < waits[0] <= 4


def test_a_pause_beyond_all_numbers_is_the_longest(site):
    site.says("/robots.txt", b"User-agent: *\nCrawl-delay: " + b"9" * 400).says("/")
    waits = []
    fetch_site_page(site, waits=waits)
    assert 9 < waits[0] <= 10


@pytest.mark.parametrize("charset", ["*=a\0b''x", "*" + "9" * 5000 + "=x"])
def test_a_type_that_no_parser_reads_is_a_refusal(site, charset):
    site.says("/", Content_Type=f"text/html; charset{charset}")
    with pytest.raises(AddressRefused, match="没有好好回答"):
        fetch_site_page(site)


def test_only_pages_and_feeds_are_taken(site):
    for kind in ("application/zip", "image/png", "application/octet-stream", "video/mp4"):
        site.says("/", Content_Type=kind)
        with pytest.raises(AddressRefused, match="内容类型不收"):
            fetch_site_page(site)


def test_a_picture_is_taken_as_a_picture_only(site):
    site.says("/p.png", b"points", Content_Type="image/png").says(
        "/p.svg", Content_Type="image/svg+xml"
    )
    assert build_fetcher().picture(f"http://{HOST}:{site.port}/p.png").body == b"points"
    with pytest.raises(AddressRefused, match="内容类型不收"):
        build_fetcher().picture(f"http://{HOST}:{site.port}/p.svg")


@pytest.mark.parametrize("status", [404, 403, 500, 204])
def test_an_answer_without_a_page_is_refused_by_its_number(site, status):
    with pytest.raises(AddressRefused, match=str(status)):
        fetch_site_page(site.says("/", status=status))


def test_too_much_is_refused_by_what_its_head_says(site):
    site.says("/", b"", Content_Length=str(web_fetch.MAX_PAGE + 1))
    with pytest.raises(AddressRefused, match="超过 5 MB"):
        fetch_site_page(site)


def test_too_much_is_refused_though_its_head_says_nothing(site, monkeypatch):
    monkeypatch.setattr(web_fetch, "MAX_PAGE", 1000)
    with pytest.raises(AddressRefused, match="超过"):
        fetch_site_page(site.says("/", b"x" * 1001))
    assert fetch_site_page(site.says("/", b"x" * 1000)).body


def test_a_bomb_of_gzip_is_refused_and_a_packed_page_is_taken(site):
    site.says("/", gzip.compress(b"0" * (web_fetch.MAX_PAGE + 1)), Content_Encoding="gzip")
    with pytest.raises(AddressRefused, match="超过 5 MB"):
        fetch_site_page(site)
    assert (
        fetch_site_page(site.says("/", gzip.compress(b"page"), Content_Encoding="gzip")).body
        == b"page"
    )


@pytest.mark.parametrize(
    ("body", "packing", "reason"),
    [
        (b"no gzip", "gzip", "坏了"),
        (gzip.compress(b"page" * 99)[:-9], "gzip", "不完整"),
        (b"x", "br", "压缩方式不收"),
        (gzip.compress(gzip.compress(b"x")), "gzip, gzip", "压缩方式不收"),
    ],
    ids=["no gzip", "cut short", "another packing", "packed twice"],
)
def test_what_can_not_be_unpacked_is_refused(site, body, packing, reason):
    with pytest.raises(AddressRefused, match=reason):
        fetch_site_page(site.says("/", body, Content_Encoding=packing))


def test_a_page_cut_short_is_refused(site):
    with pytest.raises(AddressRefused, match="没有发完"):
        fetch_site_page(site.says("/", b"half", Content_Length="8"))


def test_who_answers_drop_by_drop_is_left_when_the_time_is_over(site, monkeypatch):
    monkeypatch.setattr(web_fetch, "TOTAL", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(public_hosts, "PORTS", {silent.getsockname()[1]})
        with pytest.raises(AddressRefused, match="太慢"):
            build_fetcher().page(f"http://{HOST}:{silent.getsockname()[1]}/")


def test_what_is_no_http_is_refused(site, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as odd:
        port = odd.getsockname()[1]
        monkeypatch.setattr(public_hosts, "PORTS", {port})

        def answer():
            peer, _ = odd.accept()
            peer.recv(4096)
            peer.sendall(b"SSH-2.0-hello\r\n")
            peer.close()

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(AddressRefused, match="没有好好回答"):
            build_fetcher().page(f"http://{HOST}:{port}/")
