"""The accessibility statement (tillgänglighetsredogörelse) that the law 2018:1937 demands, and the way to it from every page."""
