"""Pictures that people upload, developed anew."""
