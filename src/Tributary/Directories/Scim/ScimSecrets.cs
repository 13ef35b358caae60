using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Directories.Scim;

/// <summary>
/// The bearer secrets of each tenant's provisioner. Those of a file are read anew when the file has changed, so that a secret is exchanged without a restart: the
/// new one on a second line, then the old one taken out. While a file cannot be used, none of its secrets is valid.
/// </summary>
internal sealed partial class ScimSecrets
{
    /// <summary>Random characters of base64 make 192 bits of it.</summary>
    public const int MinLength = 32;

    public const int MaxLength = 1024;

    /// <summary>The old and the new one.</summary>
    public const int MaxSecrets = 2;

    private readonly DirectoryOptions _options;
    private readonly ILogger<ScimSecrets> _logger;
    private readonly ConcurrentDictionary<string, Reading> _files = new(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">A secret is too short, or a file cannot be read; the message names the setting and no secret.</exception>
    public ScimSecrets(DirectoryOptions options, ILogger<ScimSecrets> logger)
    {
        _options = options;
        _logger = logger;
        foreach ((string tenant, TenantDirectoryOptions settings) in options.Tenants)
        {
            if (settings.Scim?.Secret is { } secret && ProblemOrNull(secret) is { } problem)
            {
                throw new InvalidDataException($"Directory:Tenants:{tenant}:Scim:Secret: {problem}");
            }

            if (settings.Scim?.SecretFile is { } path)
            {
                _files[tenant] = Read(tenant, path);
            }
        }
    }

    /// <summary>Whether the bearer has a secret of that tenant. In constant time; of hashes, so that the length tells nothing either.</summary>
    public bool Matches(string tenant, ReadOnlySpan<char> bearer)
    {
        byte[] hash = Hash(bearer);
        bool matches = false;
        foreach (byte[] valid in HashesOf(tenant))
        {
            matches |= CryptographicOperations.FixedTimeEquals(valid, hash);
        }

        return matches;
    }

    private List<byte[]> HashesOf(string tenant)
    {
        if (_options.Tenants.GetValueOrDefault(tenant)?.Scim is not { } settings)
        {
            return [];
        }

        var hashes = new List<byte[]>();
        if (settings.Secret is { } secret)
        {
            hashes.Add(Hash(secret));
        }

        if (settings.SecretFile is { } path)
        {
            Reading reading = _files[tenant];
            if (reading.Stamp != StampOf(path))
            {
                _files[tenant] = reading = ReadAgain(tenant, path);
            }

            hashes.AddRange(reading.Hashes);
        }

        return hashes;
    }

    private Reading ReadAgain(string tenant, string path)
    {
        (DateTime Written, long Length) stamp = StampOf(path);
        try
        {
            return Read(tenant, path);
        }
        catch (InvalidDataException exception)
        {
            LogUnusable(exception.Message);
            return new Reading(stamp, []);
        }
    }

    /// <exception cref="InvalidDataException">It holds no secrets.</exception>
    private static Reading Read(string tenant, string path)
    {
        string setting = $"Directory:Tenants:{tenant}:Scim:SecretFile ({path})";
        (DateTime Written, long Length) stamp = StampOf(path);
        string[] secrets;
        try
        {
            secrets = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).Take(MaxSecrets + 1)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{setting} cannot be read: {exception.Message}", exception);
        }

        if (secrets.Length is 0 or > MaxSecrets)
        {
            throw new InvalidDataException($"{setting} must hold one secret, or the old and the new one on two lines.");
        }

        return secrets.Select(ProblemOrNull).FirstOrDefault(problem => problem is not null) is { } wrong
            ? throw new InvalidDataException($"{setting}: {wrong}")
            : new Reading(stamp, [.. secrets.Select(secret => Hash(secret))]);
    }

    private static string? ProblemOrNull(string secret) =>
        secret.Length is < MinLength or > MaxLength ? $"a secret must have {MinLength} to {MaxLength} characters. Make one with: openssl rand -base64 32"
        : secret.Any(letter => letter is <= ' ' or > '~') ? "a secret must be of printable ASCII characters without spaces, as it goes into a header."
        : null;

    private static (DateTime Written, long Length) StampOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    private static byte[] Hash(ReadOnlySpan<char> secret)
    {
        byte[] utf8 = new byte[Encoding.UTF8.GetMaxByteCount(secret.Length)];
        return SHA256.HashData(utf8.AsSpan(0, Encoding.UTF8.GetBytes(secret, utf8)));
    }

    [LoggerMessage(2201, LogLevel.Error, "The secrets of a tenant's provisioner cannot be used, and it is refused until they can: {Problem}")]
    private partial void LogUnusable(string problem);

    private sealed record Reading((DateTime Written, long Length) Stamp, IReadOnlyList<byte[]> Hashes);
}
