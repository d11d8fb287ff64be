"""A web page that shows one walker, live."""
