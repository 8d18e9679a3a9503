"""What declarations mean.  Pure: text and values in, values out."""
