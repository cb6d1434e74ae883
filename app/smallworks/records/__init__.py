"""Bad records (不良档案) and the market: proposals, points, terms, publicity and bans."""
