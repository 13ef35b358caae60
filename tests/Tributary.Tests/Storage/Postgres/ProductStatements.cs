using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>The SQL that stands in the product, as texts of its assembly; where a statement is put together, its pieces.</summary>
internal static partial class ProductStatements
{
    /// <summary>Those that name one of the tables, in a form in which they can be found in what a server was asked.</summary>
    public static IReadOnlyList<string> About(params string[] tables)
    {
        var about = new Regex($@"\b(FROM|INTO|JOIN|UPDATE|\*/) ({string.Join('|', tables)})\b");
        using FileStream file = File.OpenRead(typeof(PostgresDatabase).Assembly.Location);
        using var assembly = new PEReader(file);
        MetadataReader reader = assembly.GetMetadataReader();
        var found = new List<string>();
        for (UserStringHandle handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = reader.GetNextHandle(handle))
        {
            string text = reader.GetUserString(handle);
            if (about.IsMatch(text))
            {
                found.Add(Normal(PostgresDialect.Instance.Translate(text)));
            }
        }

        return found;
    }

    /// <summary>Without the numbers of parameters, which a piece does not know.</summary>
    public static string Normal(string translated) => Parameter().Replace(translated, "$").Trim();

    [GeneratedRegex(@"\$\d+")]
    private static partial Regex Parameter();
}
