# @summary A check of Faultline, to be put next to the service that it tests
#
# Becomes one file in the catalogue of the controller, named like the resource, which is removed when the resource is.
# Usually exported, and collected by faultline::controller. The title must be the only one among all machines, and so
# must be the service: a service has one resource.
#
# @example In the class of a web server
#   @@faultline::check { "http-${facts['networking']['hostname']}":
#     type       => 'http',
#     options    => { 'url' => "https://${facts['networking']['fqdn']}/" },
#     purpose    => 'Shows our pages.',
#     depends_on => [$facts['networking']['hostname']],
#     importance => 'high',
#   }
#
# @param type
#   The check type, see docs/checks
# @param options
#   The keys of that type, and those that every check has (`every`, `failures-before-alert`, ...)
# @param service
#   The service's name in the catalogue
# @param purpose
#   What the service is for, in one line
# @param depends_on
#   Services and machines that it does not work without
# @param importance
#   How much it is needed
# @param team
#   Who is told; the controller's default team if nothing is given
# @param access
#   Who may use it and how
define faultline::check (
  Faultline::Name                               $type,
  Hash[String[1], Data]                         $options    = {},
  Faultline::Name                               $service    = $title,
  String[1]                                     $purpose    = "What Puppet runs as ${title}.",
  Array[Faultline::Name]                        $depends_on = [],
  Enum['low', 'medium', 'high', 'critical']     $importance = 'medium',
  Optional[Faultline::Name]                     $team       = undef,
  Optional[String[1]]                           $access     = undef,
) {
  include faultline::controller

  if 'type' in $options {
    fail("faultline::check '${title}': the type stands in 'type', not in 'options'")
  }
  $name_of_file = assert_type(Faultline::Name, $title)

  # A plugin is a program that the controller runs, and a secret goes where the check says: who may define checks must
  # not get that by the way. Not an error of the run: one machine would stop the controller's whole catalog.
  $checks = [{ 'type' => $type } + $options]
  $refusal = faultline::refusal($checks)
  $content = $refusal ? {
    Undef   => {
      'service'    => $service,
      'purpose'    => $purpose,
      'access'     => $access,
      'importance' => $importance,
      'team'       => $team,
      'depends-on' => $depends_on,
      'checks'     => $checks,
    },
    default => { 'service' => $service, 'purpose' => $purpose, 'refused' => $refusal },
  }
  file { "${faultline::controller::folder}/${name_of_file}.yaml":
    ensure  => file,
    mode    => '0644',
    content => template('faultline/yaml.erb'),
  }
}
