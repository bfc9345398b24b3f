# @summary Tells the controller of upgrades and boots of this machine, or of the Puppet runs that a server hears of
#
# See docs/trigger.md. On a Puppet server give `reporters`, and name the report processor in puppet.conf:
# `reports = store,faultline`.
#
# @param url
#   Where to: .../faultline/trigger of Jenkins, or /trigger of `faultline watch --listen`
# @param credentials
#   curl's own settings with the credentials, such as `user = "puppet:token"`
# @param key
#   The SSH host key that signs what this machine tells, instead of credentials; for `faultline watch --listen`
# @param machine
#   This machine's name in the catalogue
# @param upgrades
#   Whether runs of dpkg are told of
# @param boots
#   Whether boots are told of
# @param reporters
#   The group whose programs may tell of others, `puppet` on a Puppet server
class faultline::notify (
  Pattern[/\Ahttps?:\/\/[^\n ]+\z/] $url,
  Optional[Sensitive[String[1]]]    $credentials = undef,
  Optional[Pattern[/\A\/[^\n]+\z/]] $key         = undef,
  Faultline::Name                   $machine     = $facts['networking']['hostname'].downcase,
  Boolean                           $upgrades    = true,
  Boolean                           $boots       = true,
  String[1]                         $reporters   = 'root',
) {
  unless $credentials or $key {
    fail('faultline::notify: expected credentials or key')
  }
  include faultline::folder

  if $credentials {
    $proof = "curl=/etc/faultline/notify.curl\n"
    file { '/etc/faultline/notify.curl':
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0600',
      content => Sensitive("${credentials.unwrap}\n"),
    }
  } else {
    $proof = "key=${key}\n"
  }
  file { '/etc/faultline/notify.conf':
    ensure  => file,
    mode    => '0644',
    content => "url=${url}\n${proof}machine=${machine}\nspool=/var/spool/faultline\n",
  }
  file { '/var/spool/faultline':
    ensure => directory,
    owner  => 'root',
    group  => $reporters,
    mode   => '0770',
  }
  file { '/usr/local/sbin/faultline-notify':
    ensure => file,
    owner  => 'root',
    group  => 'root',
    mode   => '0755',
    links  => follow,
    source => 'puppet:///modules/faultline/faultline-notify',
  }

  $units = ['faultline-notify.service', 'faultline-notify.timer', 'faultline-notify.path', 'faultline-boot.service']
  $units.each |$unit| {
    file { "/etc/systemd/system/${unit}":
      ensure => file,
      mode   => '0644',
      links  => follow,
      source => "puppet:///modules/faultline/${unit}",
    }
  }
  service { ['faultline-notify.timer', 'faultline-notify.path']:
    ensure   => running,
    enable   => true,
    provider => 'systemd',
    require  => File['/etc/systemd/system/faultline-notify.timer', '/etc/systemd/system/faultline-notify.path'],
  }
  service { 'faultline-boot.service':
    enable   => $boots,
    provider => 'systemd',
    require  => File['/etc/systemd/system/faultline-boot.service'],
  }
  $apt_hook = $upgrades ? {
    true    => 'file',
    default => 'absent',
  }
  file { '/etc/apt/apt.conf.d/80faultline':
    ensure => $apt_hook,
    mode   => '0644',
    links  => follow,
    source => 'puppet:///modules/faultline/80faultline',
  }
}
