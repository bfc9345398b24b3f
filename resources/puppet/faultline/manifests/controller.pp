# @summary Collects the checks and machines that others export into the catalogue
#
# @param folder
#   Where the files go. It belongs to Puppet alone: whatever else is in there is removed
# @param refused_types
#   Check types that are not taken from Puppet. `nagios` runs programs on the controller
# @param allowed_secrets
#   Secrets of the controller that checks may use. Whoever exports a check says where its secret is sent to
# @param collect
#   Whether exported resources are collected; needs PuppetDB
class faultline::controller (
  Pattern[/\A\/./]       $folder          = '/etc/faultline/catalog/puppet',
  Array[Faultline::Name] $refused_types   = ['nagios'],
  Array[String[1]]       $allowed_secrets = [],
  Boolean                $collect         = true,
) {
  if $folder == '/etc/faultline/catalog/puppet' {
    include faultline::folder
    file { '/etc/faultline/catalog':
      ensure => directory,
      mode   => '0755',
    }
  }
  file { $folder:
    ensure  => directory,
    mode    => '0755',
    recurse => true,
    purge   => true,
    force   => true,
  }

  if $collect {
    Faultline::Check <<| |>>
    Faultline::Machine <<| |>>
  }
}
