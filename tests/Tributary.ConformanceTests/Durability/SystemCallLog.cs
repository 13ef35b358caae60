using System.Globalization;
using System.Text.RegularExpressions;

namespace Tributary.ConformanceTests.Durability;

/// <summary>What strace wrote, in the order in which it happened. A call that another thread interrupts stands on two lines, its end on the second.</summary>
internal sealed class SystemCallLog(IReadOnlyList<string> lines)
{
    /// <summary>The id of the process that was started under the tracer: each line begins with the id of its thread.</summary>
    public static int FirstProcess(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return int.Parse(reader.ReadLine()!.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a sync of that file or directory began after the request had arrived and ended well before its answer was sent.</summary>
    /// <param name="request">Its method and path.</param>
    /// <param name="file">How its name ends; may be a pattern.</param>
    public bool IsSyncedBeforeAnswer(string request, string file)
    {
        var synced = new Regex(file + ">");
        (int arrival, int answer) = Request(request);
        var syncing = new HashSet<string>();
        for (int i = arrival + 1; i < answer; i++)
        {
            string thread = lines[i].Split(' ')[0];
            if (lines[i].Contains("sync(", StringComparison.Ordinal) && synced.IsMatch(lines[i]))
            {
                if (lines[i].EndsWith("= 0", StringComparison.Ordinal))
                {
                    return true;
                }

                syncing.Add(thread);
            }
            else if (lines[i].Contains("sync resumed>", StringComparison.Ordinal) && lines[i].EndsWith("= 0", StringComparison.Ordinal) && syncing.Contains(thread))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The calls from the arrival of a request to its answer.</summary>
    public string Around(string request)
    {
        (int arrival, int answer) = Request(request);
        return string.Join('\n', lines.Skip(arrival).Take(answer - arrival + 1));
    }

    private (int Arrival, int Answer) Request(string request)
    {
        int arrival = Find(0, line => line.Contains(request + ' ', StringComparison.Ordinal));
        int answer = Find(arrival + 1, line => line.Contains("HTTP/1.1 200", StringComparison.Ordinal));
        return (arrival, answer);
    }

    private int Find(int from, Func<string, bool> condition)
    {
        for (int i = from; i < lines.Count; i++)
        {
            if (condition(lines[i]))
            {
                return i;
            }
        }

        Assert.Fail($"The request or its answer is not among the {lines.Count} calls that were seen.");
        return -1;
    }
}
