from django.apps import AppConfig
from django.urls import register_converter


class CitiesConfig(AppConfig):
    name = "cities"
    verbose_name = "地区"

    def ready(self):
        from cities.converters import CityConverter
        from cities.directory import segmenter_words as words

        register_converter(CityConverter, "city")
        words.add_place_names_to_segmenter()
