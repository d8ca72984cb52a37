"""The reader's page and the desk in the browsers that people still have; docs/browsers.md tells more."""
