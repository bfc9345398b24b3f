# @summary Collects the checks and machines that others export into the catalogue
#
# @param folder
#   Where the files go. It belongs to Puppet alone: whatever else is in there is removed
# @param refused_types
#   Check types that are not taken from Puppet. `nagios` runs programs on the controller
# @param collect
#   Whether exported resources are collected; needs PuppetDB
class faultline::controller (
  Pattern[/\A\/./]       $folder        = '/etc/faultline/catalog/puppet',
  Array[Faultline::Name] $refused_types = ['nagios'],
  Boolean                $collect       = true,
) {
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
