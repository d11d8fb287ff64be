"""The model beside published findings."""
