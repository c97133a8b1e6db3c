"""The words on the wire: header, schemas, requests."""
