using System.Security.Cryptography;
using System.Text;
#if !NET
using System;
using System.Collections.Generic;
using System.IO;
#endif

namespace LlmEfficiency.Core.Devices;

/// <summary>
/// Frees TorchSharp's Linux library from its need of GCC 13's libstdc++, so that it loads on Debian 12 and Ubuntu
/// 22.04.
/// </summary>
/// <remarks>
/// One undefined symbol, <c>std::ios_base_library_init@GLIBCXX_3.4.32</c>, is what keeps the library from loading on an
/// older system. It is renamed to <c>std::uncaught_exception@GLIBCXX_3.4</c>, which takes no arguments and has no side
/// effect. The file keeps its size. The build compiles this file too, as a task, hence its plain C#.
/// </remarks>
public static class LibTorchSharpPatch
{
    /// <summary>
    /// The SHA-256 of the library in the TorchSharp 0.107.0 package, the one this patch was proved on.
    /// </summary>
    public const string KnownInput = "cf33b1b0bb6bbb9754a768fb5c5d04d9f498603be50e73f55621a0b40ee608b8";

    private const string Unwanted = "_ZSt21ios_base_library_initv";
    private const string Replacement = "_ZSt18uncaught_exceptionv";

    private enum Tag : ulong
    {
        End = 0,
        StringTable = 5,
        SymbolTable = 6,
        GnuHash = 0x6ffffef5,
        SymbolVersions = 0x6ffffff0,
        VersionsNeeded = 0x6ffffffe,
        VersionsNeededCount = 0x6fffffff,
    }

    /// <summary>Returns the lower-case hexadecimal SHA-256 of <paramref name="library"/>.</summary>
    public static string Fingerprint(byte[] library)
    {
        using (var sha = SHA256.Create())
        {
            return BitConverter.ToString(sha.ComputeHash(library)).Replace("-", string.Empty).ToLowerInvariant();
        }
    }

    /// <summary>Lists the versions of libstdc++ that a library needs, for example <c>GLIBCXX_3.4.30</c>.</summary>
    /// <param name="library">The bytes of a 64-bit little-endian ELF library.</param>
    public static IEnumerable<string> VersionsNeeded(byte[] library)
    {
        return new Elf(library).VersionsNeeded();
    }

    /// <summary>Patches <paramref name="library"/> in place.</summary>
    /// <param name="library">The bytes of the untouched library.</param>
    /// <exception cref="InvalidDataException">The library is not the one that the patch was proved on.</exception>
    public static void Apply(byte[] library)
    {
        var found = Fingerprint(library);
        if (found != KnownInput)
        {
            throw new InvalidDataException(
                "libLibTorchSharp.so has SHA-256 " + found + ", the patch knows " + KnownInput
                + ": TorchSharp changed. Check that LibTorchSharpPatch still applies, then update KnownInput.");
        }

        new Elf(library).Rebind();
    }

    /// <summary>
    /// Writes a patched copy of <paramref name="source"/> to <paramref name="target"/>, whole or not at all.
    /// </summary>
    public static void Copy(string source, string target)
    {
        var bytes = File.ReadAllBytes(source);
        Apply(bytes);
        var directory = Path.GetDirectoryName(Path.GetFullPath(target)) ?? target;
        if (IsWhole(target, bytes))
        {
            return; // other builds may be reading it: it is not written again
        }

        Directory.CreateDirectory(directory);
        var temporary = Path.Combine(directory, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(temporary, bytes);
        try
        {
            if (File.Exists(target))
            {
                File.Replace(temporary, target, null);
            }
            else
            {
                File.Move(temporary, target);
            }
        }
        catch (IOException) when (IsWhole(target, bytes))
        {
            File.Delete(temporary); // another process wrote the same bytes first
        }
    }

    private static bool IsWhole(string path, byte[] expected)
    {
        return File.Exists(path) && Fingerprint(File.ReadAllBytes(path)) == Fingerprint(expected);
    }

    /// <summary>The parts of an ELF64 little-endian image that name the versions of undefined symbols.</summary>
    private sealed class Elf
    {
        private readonly byte[] _image;
        private readonly List<(ulong Address, ulong Offset, ulong Size)> _segments = new List<(ulong, ulong, ulong)>();
        private readonly Dictionary<Tag, ulong> _dynamic = new Dictionary<Tag, ulong>();

        public Elf(byte[] image)
        {
            _image = image;
            var headers = (int)U64(0x20);
            var (size, count) = (U16(0x36), U16(0x38));
            var dynamic = -1;
            for (var header = headers; header < headers + (size * count); header += size)
            {
                var type = U32(header);
                if (type == 1)
                {
                    _segments.Add((U64(header + 16), U64(header + 8), U64(header + 32)));
                }
                else if (type == 2)
                {
                    dynamic = (int)U64(header + 8);
                }
            }

            for (; (Tag)U64(dynamic) != Tag.End; dynamic += 16)
            {
                _dynamic[(Tag)U64(dynamic)] = U64(dynamic + 8);
            }
        }

        public void Rebind()
        {
            var (unwanted, wanted) = FindVersions();
            var name = FindOnlySymbol(U16(unwanted + 6));
            Encoding.ASCII.GetBytes(Replacement + "\0").CopyTo(_image, name);
            Buffer.BlockCopy(_image, wanted, _image, unwanted, 4);              // hash of the version's name
            Buffer.BlockCopy(_image, wanted + 8, _image, unwanted + 8, 4);      // offset of the version's name
        }

        public IEnumerable<string> VersionsNeeded()
        {
            foreach (var version in Versions())
            {
                yield return Name(U32(version + 8));
            }
        }

        private (int Unwanted, int Wanted) FindVersions()
        {
            var (unwanted, wanted) = (-1, -1);
            foreach (var version in Versions())
            {
                var name = Name(U32(version + 8));
                unwanted = name == "GLIBCXX_3.4.32" ? version : unwanted;
                wanted = name == "GLIBCXX_3.4" ? version : wanted;
            }

            return unwanted >= 0 && wanted >= 0
                ? (unwanted, wanted)
                : throw new InvalidDataException("libLibTorchSharp.so names no GLIBCXX_3.4.32 or no GLIBCXX_3.4");
        }

        // The positions of the entries that name a version of libstdc++.
        private IEnumerable<int> Versions()
        {
            var need = Locate(Tag.VersionsNeeded);
            for (var i = 0UL; i < _dynamic[Tag.VersionsNeededCount]; i++, need += (int)U32(need + 12))
            {
                if (Name(U32(need + 4)) != "libstdc++.so.6")
                {
                    continue;
                }

                var version = need + (int)U32(need + 8);
                for (var k = 0; k < U16(need + 2); k++, version += (int)U32(version + 12))
                {
                    yield return version;
                }
            }
        }

        // Undefined symbols come first: the GNU hash table says where the defined ones begin.
        private int FindOnlySymbol(int version)
        {
            var found = -1;
            var defined = (int)U32(Locate(Tag.GnuHash) + 4);
            for (var i = 1; i < defined; i++)
            {
                if ((U16(Locate(Tag.SymbolVersions) + (2 * i)) & 0x7fff) != version)
                {
                    continue;
                }

                var offset = U32(Locate(Tag.SymbolTable) + (24 * i));
                if (found >= 0 || Name(offset) != Unwanted)
                {
                    throw new InvalidDataException(
                        "libLibTorchSharp.so needs " + Name(offset) + " of GLIBCXX_3.4.32 too");
                }

                found = Locate(Tag.StringTable) + (int)offset;
            }

            return found >= 0 ? found : throw new InvalidDataException("libLibTorchSharp.so does not need " + Unwanted);
        }

        private int Locate(Tag tag)
        {
            var address = _dynamic[tag];
            foreach (var segment in _segments)
            {
                if (address >= segment.Address && address < segment.Address + segment.Size)
                {
                    return (int)(address - segment.Address + segment.Offset);
                }
            }

            throw new InvalidDataException("libLibTorchSharp.so maps nothing at " + address);
        }

        private string Name(uint offset)
        {
            var start = Locate(Tag.StringTable) + (int)offset;
            return Encoding.ASCII.GetString(_image, start, Array.IndexOf(_image, (byte)0, start) - start);
        }

        private ushort U16(int offset) => BitConverter.ToUInt16(_image, offset);

        private uint U32(int offset) => BitConverter.ToUInt32(_image, offset);

        private ulong U64(int offset) => BitConverter.ToUInt64(_image, offset);
    }
}

#if !NET
/// <summary>The same as a build task.</summary>
public sealed class PatchLibTorchSharp : Microsoft.Build.Utilities.Task
{
    /// <summary>The library as packaged.</summary>
    [Microsoft.Build.Framework.Required]
    public string Input { get; set; }

    /// <summary>Where the patched copy goes.</summary>
    [Microsoft.Build.Framework.Required]
    public string Output { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            LibTorchSharpPatch.Copy(Input, Output);
            return true;
        }
        catch (InvalidDataException problem)
        {
            Log.LogError(problem.Message);
            return false;
        }
    }
}
#endif
