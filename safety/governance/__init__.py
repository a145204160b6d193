"""The governance page (治理公示): public figures on moderation, of the nation and of every place.

`figures` declares what is counted; `sources` says from which events; `counting` counts; `keeping`
writes finished months down; `published` makes of it what the page, JSON and CSV show; `deriving`
counts all of it once more in another way, and `checking` compares the two.
"""
