# @summary Why checks are not taken from Puppet; undef if they are
# @api private
#
# @param checks
#   The checks, each with its `type`
# @return What to tell people
function faultline::refusal(Array[Hash[String[1], Data]] $checks) >> Optional[String] {
  $types = $checks.map |$check| { String($check['type']) }
  $refused_types = $types.filter |$type| { $type in $faultline::controller::refused_types }
  $refused_secrets = faultline::secrets($checks) - $faultline::controller::allowed_secrets
  if !$refused_types.empty {
    "checks of the type ${refused_types[0]} are not taken from Puppet: see refused_types of faultline::controller"
  } elsif !$refused_secrets.empty {
    "the secret ${refused_secrets[0]} is not given to checks from Puppet: see allowed_secrets of faultline::controller"
  }
}
