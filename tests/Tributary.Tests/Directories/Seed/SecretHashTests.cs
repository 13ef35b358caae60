using System.Security.Cryptography;
using System.Text;
using Tributary.Directories.Seed;

namespace Tributary.Tests.Directories.Seed;

public sealed class SecretHashTests
{
    private static readonly byte[] Salt = [1, 2, 3, 4, 5, 6, 7, 8];

    private static string Slow(string secret, int iterations) =>
        $"pbkdf2-sha256:{iterations}:{Convert.ToBase64String(Salt)}:{Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(secret, Salt, iterations, HashAlgorithmName.SHA256, 32))}";

    [Fact]
    public void A_secret_is_known_by_its_hash_in_either_form()
    {
        // As sha256sum writes it.
        Assert.True(SecretHash.Matches("sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "secret"));
        Assert.True(SecretHash.Matches("sha256:2BB80D537B1DA3E38BD30361AA855686BDE0EACD7162FEF6A25FE97BF527A25B", "secret"));
        Assert.True(SecretHash.Matches("sha256:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("Übung"))), "Übung"));
        Assert.True(SecretHash.Matches(Slow("secret", 1), "secret"));
        Assert.True(SecretHash.Matches(Slow("secret", 1000), "secret"));
        Assert.False(SecretHash.Matches("sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "Secret"));
        Assert.False(SecretHash.Matches(Slow("secret", 1000), "Secret"));
        Assert.False(SecretHash.Matches("secret", "secret"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a2")]
    [InlineData("sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25bff")]
    [InlineData("sha256:zz")]
    [InlineData("SHA256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b")]
    [InlineData("pbkdf2-sha256:1000:AQID")]
    [InlineData("pbkdf2-sha256:0:AQID:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha256:1000001:AQID:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha256:-1:AQID:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha256:1000::AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha256:1000:AQID:AAAA")]
    [InlineData("pbkdf2-sha256:1000:!!:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void What_is_of_neither_form_is_told_and_matches_nothing(string hash)
    {
        Assert.False(SecretHash.IsWellFormed(hash));
        Assert.False(SecretHash.Matches(hash, ""));
    }

    [Fact]
    public void The_most_iterations_are_a_million() =>
        Assert.True(SecretHash.IsWellFormed("pbkdf2-sha256:1000000:AQID:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
}
