using System.Net;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class DevIssuerKeyTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tributary-key-").FullName;

    private string KeyFile => Path.Combine(_directory, "issuer.key");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Neither_start_nor_a_refused_token_makes_a_key()
    {
        await using AuthHost host = await AuthHost.StartAsync(dataDirectory: _directory, withKey: false);

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(host).Signed())).StatusCode);

        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public void The_key_is_made_at_first_need_and_only_its_owner_may_read_it()
    {
        using DevIssuerKey key = new(Path.Combine(_directory, "not", "there", "yet"));

        Assert.Null(key.FindPublicKeysOrNull());
        RsaSecurityKey made = key.PublicKey;

        Assert.Equal(2048, made.KeySize);
        Assert.Equal(PrivateKeyStatus.DoesNotExist, made.PrivateKeyStatus);
        string file = Path.Combine(_directory, "not", "there", "yet", "issuer.key");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void The_key_outlives_the_process()
    {
        string keyId;
        using (DevIssuerKey key = new(_directory))
        {
            keyId = key.PublicKey.KeyId;
        }

        using DevIssuerKey again = new(_directory);

        Assert.True(again.FindPublicKeysOrNull()!.Has(keyId));
    }

    [Fact]
    public async Task Those_who_race_for_the_first_token_get_one_key()
    {
        DevIssuerKey[] keys = [.. Enumerable.Range(0, 4).Select(_ => new DevIssuerKey(_directory))];

        string[] ids = await Task.WhenAll(keys.Select(key => Task.Run(() => key.PublicKey.KeyId)));

        Assert.Single(ids.Distinct());
        Assert.Equal([KeyFile], Directory.GetFiles(_directory));
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task A_file_that_is_no_key_stops_the_start_and_is_named_and_not_quoted(string content)
    {
        KeyFiles.Write(KeyFile, content);

        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(() => AuthHost.StartAsync(dataDirectory: _directory, withKey: false));

        Assert.StartsWith($"The key file {KeyFile} holds no RSA private key", failure.Message, StringComparison.Ordinal);
        Assert.Contains("delete it to have a new key made", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret text", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken));
    }

    public static TheoryData<string> Damaged()
    {
        using RSA small = RSA.Create(1024);
        using ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string whole = AuthHost.IssuerKey.ExportPkcs8PrivateKeyPem();
        int middle = whole.Length / 2;
        return
        [
            "", "secret text that is no key", whole[..middle], whole[..^30], whole.Remove(middle, 64),
            AuthHost.IssuerKey.ExportSubjectPublicKeyInfoPem(), small.ExportPkcs8PrivateKeyPem(), curve.ExportPkcs8PrivateKeyPem(),
            AuthHost.IssuerKey.ExportEncryptedPkcs8PrivateKeyPem("any", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)),
        ];
    }

    [Fact]
    public void Not_one_changed_letter_in_the_numbers_of_the_key_goes_unnoticed()
    {
        string whole = AuthHost.IssuerKey.ExportPkcs8PrivateKeyPem();
        for (int at = 40; at < whole.Length - 40; at += 97)
        {
            char changed = whole[at] == 'A' ? 'B' : 'A';
            KeyFiles.Write(KeyFile, whole[..at] + changed + whole[(at + 1)..]);
            using DevIssuerKey key = new(_directory);

            Assert.Throws<InvalidDataException>(key.LoadIfMade);
        }
    }

    [Fact]
    public async Task A_folder_in_the_place_of_the_key_stops_the_start_and_is_named()
    {
        Directory.CreateDirectory(KeyFile);

        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(() => AuthHost.StartAsync(dataDirectory: _directory, withKey: false));

        Assert.StartsWith($"The key file {KeyFile} cannot be read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_has_no_use_for_the_key_does_not_look_at_it()
    {
        KeyFiles.Write(KeyFile, "");

        await using AuthHost host = await AuthHost.StartAsync(
            new() { ["Auth:Authority"] = "https://login.example.org" }, dataDirectory: _directory, withKey: false);
    }
}
