"""Certificates: what a proof rests on, in plain JSON that anybody can check again."""

from .encode import encode
from .write import certificate, schema, write_certificates

__all__ = ["certificate", "encode", "schema", "write_certificates"]
