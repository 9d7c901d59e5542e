"""Packages for learning platforms: one package model, one writer per format."""
