"""Changes of a filed work (变更、延期、注销): reviewed anew, then the work follows."""
