using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tributary.TakeOver.Certificates;

/// <summary>
/// The certificates that TLS presents, by the name that a client asks for. Looks once a minute whether they are to be renewed, or whether somebody has made
/// others with <c>tributary certs</c>. By the clock of the machine, even where the server runs by a virtual one: clients verify by theirs.
/// </summary>
internal sealed partial class ServerCertificates : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private readonly CertificateFolder _folder;
    private readonly TakenOverHosts? _takenOver;
    private readonly TimeProvider _time;
    private readonly ILogger<ServerCertificates> _logger;
    private volatile CertificateSet _current;

    /// <summary>Reads, and makes what lacks: the start fails when that fails.</summary>
    /// <exception cref="IOException">The folder cannot be written; the message says which.</exception>
    public ServerCertificates(CertificateFolder folder, TakenOverHosts? takenOver, TimeProvider time, ILogger<ServerCertificates> logger)
    {
        _folder = folder;
        _takenOver = takenOver;
        _time = time;
        _logger = logger;
        _current = Ensure();
    }

    public CertificateFolder Folder => _folder;

    public CertificateSet Current => _current;

    /// <summary>
    /// The certificate for a name. That of the cloud is shown to nobody who does not ask for one of its hosts, nor while they are not taken over.
    /// </summary>
    public X509Certificate2 Select(string? name)
    {
        CertificateSet set = _current;
        bool isTakenOver = name is not null && _takenOver?.KindOf(name) is HostKind.Graph or HostKind.Login;
        return (isTakenOver ? set.Cloud : null) ?? set.Local!;
    }

    /// <summary>What the authority has to certify: what it does, and the cloud that is taken over.</summary>
    public static CertifiedNames Wanted(CertifiedNames? existing, TakenOverHosts? takenOver)
    {
        CertifiedNames names = existing ?? CertifiedNames.Of([], []);
        return takenOver is null ? names : CertifiedNames.Of(names.Containers, names.Clouds.Append(takenOver.Cloud));
    }

    /// <summary>Looks now.</summary>
    public void Refresh()
    {
        try
        {
            CertificateSet before = _current;
            CertificateSet after = Ensure();
            _current = after;

            // What a handshake under way may still hold is left to the collector.
            if (!after.Authority.Certificate.RawDataMemory.Span.SequenceEqual(before.Authority.Certificate.RawDataMemory.Span)
                || !after.Local!.RawDataMemory.Span.SequenceEqual(before.Local!.RawDataMemory.Span))
            {
                LogRenewed(_logger, after.Local!.NotAfter);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or CryptographicException)
        {
            LogCannotRenew(_logger, exception, _folder.Path);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenLooks, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Refresh();
        }
    }

    private CertificateSet Ensure()
    {
        bool wasThere = _folder.Exists;
        CertificateSet set = _folder.Ensure(existing => Wanted(existing, _takenOver), _time.GetUtcNow());
        if (set.IsNewAuthority && wasThere)
        {
            LogNewAuthority(_logger, _folder.AuthorityFile);
        }

        return set;
    }

    [LoggerMessage(7301, LogLevel.Warning, "The local certificate authority had expired or did not fit and was made anew: have {File} trusted again (tributary certs trust).")]
    private static partial void LogNewAuthority(ILogger logger, string file);

    [LoggerMessage(7302, LogLevel.Information, "Serves with new certificates, the one of this machine until {End}.")]
    private static partial void LogRenewed(ILogger logger, DateTime end);

    [LoggerMessage(7303, LogLevel.Error, "The certificates in {Folder} cannot be read or renewed; the present ones stay in use.")]
    private static partial void LogCannotRenew(ILogger logger, Exception exception, string folder);
}
