"""Print the weights by which related content takes two articles for the same matter."""

from django.core.management.base import BaseCommand

from tools.evaluation.corpus import load_imported_site
from tools.evaluation.fitting import fit_weights, list_examples
from tools.evaluation.judged_queries import list_judged_queries

FITTED_ON = ("imported", "second")


class Command(BaseCommand):
    help = "Fit the weights of news/related/same_matter.py over the imported news (after `manage.py demo`)."

    def handle(self, **options):
        examples = []
        for name in FITTED_ON:
            with load_imported_site(name) as documents:
                examples += list_examples(list_judged_queries(documents, name), documents)
        weights, bias = fit_weights(examples)
        self.stdout.write(f"{len(examples)} pairs: bias {bias:.2f}, {weights}")
