"""Tests of rules, one module for each operation that has one."""
