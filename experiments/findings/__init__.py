"""The model beside published findings on people."""
