from django.apps import AppConfig
from django.urls import register_converter


class CitiesConfig(AppConfig):
    name = "cities"
    verbose_name = "地区"

    def ready(self) -> None:
        from cities.converters import CityConverter
        from cities.directory.regions_csv import add_place_names_to_segmenter

        register_converter(CityConverter, "city")
        add_place_names_to_segmenter()
