using Tributary.Auth;

namespace Tributary.Cli;

/// <summary>How the commands that ask a running server show who asks: by a token, or by the operator's key. Never on the command line, where everybody on the machine would see it.</summary>
internal static class BearerToken
{
    /// <summary>Where a token is looked for that no option names.</summary>
    public const string Variable = "TOKEN";

    /// <summary>The token, or why there is none.</summary>
    /// <param name="file">A file that holds it; null for none.</param>
    /// <param name="data">A data directory, whose <c>operator.key</c> is taken; null for none.</param>
    /// <param name="advice">What to type instead when nothing was given.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<(string? Token, string? Problem)> ReadAsync(string? file, string? data, string advice, CancellationToken cancellation)
    {
        if (file is not null && data is not null)
        {
            return (null, "--data stands in the place of --token-file; leave out one of them.");
        }

        try
        {
            string? token = data is not null ? ReadKey(data)
                : file is not null ? await File.ReadAllTextAsync(file, cancellation)
                : Environment.GetEnvironmentVariable(Variable);
            return token?.Trim() is { Length: > 0 } trimmed && !trimmed.Any(char.IsWhiteSpace) && trimmed.All(char.IsAscii)
                ? (trimmed, null)
                : (null, $"There is no token. {advice}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>Never makes one: a key that no server has is of no use.</summary>
    private static string ReadKey(string data) => File.Exists(Path.Combine(data, OperatorKey.FileName))
        ? OperatorKey.Read(data)
        : throw new InvalidDataException($"There is no {OperatorKey.FileName} in {data}: name the data directory of a server that was started.");
}
