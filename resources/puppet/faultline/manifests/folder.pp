# @summary The folder of Faultline's settings
# @api private
class faultline::folder {
  file { '/etc/faultline':
    ensure => directory,
    mode   => '0755',
  }
}
