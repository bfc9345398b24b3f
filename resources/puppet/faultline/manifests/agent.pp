# @summary Lets the controller learn how this machine is, and nothing else
#
# Installs faultline-agent, and a user whose only key can run only that: no shell, no forwarding, no file transfer. With
# `report_to` the machine sends signed reports by itself instead, and needs no such user.
#
# @example Asked by the controller
#   class { 'faultline::agent': controller_key => 'ssh-ed25519 AAAA... faultline@monitor' }
#
# @example Reports by itself
#   class { 'faultline::agent': report_to => 'https://monitor.example.org/report' }
#
# @param controller_key
#   The controller's public key, as one line
# @param report_to
#   Where signed reports are sent: an address, or a folder that somebody else empties
# @param every
#   How often, as a systemd time span
# @param user
#   The user that the controller logs in as
# @param export
#   Whether the machine is exported for the controller's catalogue, as faultline::machine
# @param machine
#   Its name there
# @param address
#   Its address there
# @param facts_origin
#   The key `facts` there
# @param checks
#   Its checks there
class faultline::agent (
  Optional[Pattern[/\A(ssh|ecdsa|sk)-[^\n]+\z/]] $controller_key = undef,
  Optional[Pattern[/\A(https?:\/)?\/[^\s"'\\]+\z/]] $report_to      = undef,
  Pattern[/\A[0-9a-z ]+\z/]                      $every          = '5min',
  Faultline::Name                                $user           = 'faultline',
  Boolean                                        $export         = false,
  Faultline::Name                                $machine        = $facts['networking']['hostname'].downcase,
  String[1]                                      $address        = $facts['networking']['fqdn'],
  Hash[String[1], Data]                          $facts_origin   = {},
  Array[Hash[String[1], Data]]                   $checks         = [],
) {
  file { '/usr/local/bin/faultline-agent':
    ensure => file,
    owner  => 'root',
    group  => 'root',
    mode   => '0755',
    links  => follow,
    source => 'puppet:///modules/faultline/faultline-agent',
  }

  if $controller_key {
    user { $user:
      ensure     => present,
      system     => true,
      home       => "/var/lib/${user}",
      managehome => true,
      shell      => '/bin/sh',
      password   => '*',
    }
    # Root's own, so that not even that user can change what its key may do.
    file { ["/var/lib/${user}", "/var/lib/${user}/.ssh"]:
      ensure  => directory,
      owner   => 'root',
      group   => 'root',
      mode    => '0755',
      require => User[$user],
    }
    file { "/var/lib/${user}/.ssh/authorized_keys":
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      content => "restrict,command=\"/usr/local/bin/faultline-agent\" ${controller_key}\n",
    }
  }

  if $report_to {
    file { '/usr/local/bin/faultline-report':
      ensure => file,
      owner  => 'root',
      group  => 'root',
      mode   => '0755',
      links  => follow,
      source => 'puppet:///modules/faultline/faultline-report',
    }
    file { '/etc/systemd/system/faultline-report.service':
      ensure  => file,
      mode    => '0644',
      content => template('faultline/faultline-report.service.erb'),
    }
    file { '/etc/systemd/system/faultline-report.timer':
      ensure  => file,
      mode    => '0644',
      content => template('faultline/faultline-report.timer.erb'),
    }
    service { 'faultline-report.timer':
      ensure    => running,
      enable    => true,
      provider  => 'systemd',
      subscribe => File['/etc/systemd/system/faultline-report.timer', '/etc/systemd/system/faultline-report.service'],
    }
  }

  if $export {
    @@faultline::machine { $machine:
      address      => $address,
      facts_origin => $facts_origin,
      checks       => $checks,
    }
  }
}
