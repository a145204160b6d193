"""What is computed from articles and from how they are read; nobody edits it."""

from django.db import models

from news.models.article import Article


class ArticleTerm(models.Model):
    """One of the distinctive terms of an article; the squares of their weights sum to 1.

    With the prefix `MATTER` it is a fraud type or a topic that the article is about, weighted by its share.
    """

    MATTER = "#"

    # The key begins the index of the constraint.
    article = models.ForeignKey(Article, models.CASCADE, related_name="terms", db_index=False)
    term = models.CharField(max_length=30)
    weight = models.FloatField()

    class Meta:
        verbose_name = verbose_name_plural = "特征词"
        constraints = [
            # With the weight, so that what two articles share is read from the index alone.
            models.UniqueConstraint(
                fields=("article", "term"), name="article_term_once", include=("weight",)
            )
        ]
        indexes = [
            # The last articles with a term, and its weight, are read from the index alone.
            models.Index(fields=("term", "-article"), name="article_term_last", include=("weight",))
        ]


class TermCount(models.Model):
    """In how many articles of the site a word occurs."""

    term = models.CharField(max_length=20, primary_key=True)
    articles = models.PositiveIntegerField(default=0)


class ArticleViews(models.Model):
    """How often an article was read; apart, so that counting never rewrites the article's row."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="views")
    count = models.PositiveBigIntegerField("阅读", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "阅读量"

    def __str__(self):
        return str(self.count)
