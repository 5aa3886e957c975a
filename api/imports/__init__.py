"""Imports over HTTP: files of somebody who may import, into a part of his own."""
