# @summary What a service, machine, team or check of Faultline may be called
type Faultline::Name = Pattern[/\A[a-z0-9][a-z0-9._-]{0,62}\z/]
