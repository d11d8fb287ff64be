"""The model beside a user's own gait data: read, cut into strides, compared."""
