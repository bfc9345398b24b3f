require 'puppet'
require 'fileutils'
require 'securerandom'

Puppet::Reports.register_report(:faultline) do
  desc <<-DESC
    Tells Faultline of each run that changed or failed something, so that the machine is tested at once.

    Writes one small file into a spool and does nothing else, so neither the run nor the server waits for anybody;
    faultline-notify sends it (class faultline::notify). Settings, in faultline.yaml beside puppet.conf, all optional:

        spool: /var/spool/faultline
        names: short        # or full: what machines are called in the catalogue, of the certificate's name
  DESC

  def process
    return unless %w[changed failed].include?(status)
    return if respond_to?(:noop) && noop

    settings = Faultline.settings
    name = host.to_s.downcase
    name = name.split('.').first if settings['names'] != 'full'
    unless name =~ /\A[a-z0-9][a-z0-9._-]{0,62}\z/
      Puppet.warning("faultline: '#{host}' is no name of a machine; its run is not told")
      return
    end
    event = "machine=#{name}&event=puppet-run&status=#{status}&boot-id=&id=#{SecureRandom.uuid}&at=#{Time.now.to_i}"
    Faultline.write(settings['spool'], "#{name}.puppet-run", event)
  rescue StandardError => e
    # A report must never fail because of us.
    Puppet.warning("faultline: the run of #{host} cannot be told: #{e.message}")
  end

  # Apart from the report, whose own methods these are not.
  module Faultline
    DEFAULTS = { 'spool' => '/var/spool/faultline', 'names' => 'short' }.freeze

    def self.settings
      file = File.join(Puppet.settings[:confdir], 'faultline.yaml')
      return DEFAULTS unless File.exist?(file)

      DEFAULTS.merge(Puppet::Util::Yaml.safe_load_file(file, []) || {})
    end

    def self.write(spool, name, event)
      part = File.join(spool, ".#{name}.#{Process.pid}.#{Thread.current.object_id}")
      File.open(part, File::WRONLY | File::CREAT | File::EXCL, 0o640) { |file| file.write(event) }
      File.rename(part, File.join(spool, "#{name}.event"))
    ensure
      FileUtils.rm_f(part) if part
    end
  end
end
