"""The edge: pages, forms and documents over HTTP."""
