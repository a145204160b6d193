"""How good the related content is: judged queries over the medium demo corpus (docs/related.md).

`truth` says what every text is about, `judged` grades what a page should show, `measure` counts,
`rankers` has what is compared.
"""
