dag-label = Dependency graph of { $n } units
