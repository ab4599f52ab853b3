# shellcheck shell=sh disable=SC2034
# setup.sh: for ./run and ./test, which source it: what has to be installed, and how a folder of build/ is made. POSIX sh.
# The only place that names packages (Debian 12).

packages_build="gcc libc6-dev meson ninja-build pkg-config libqpdf-dev libxml2-dev libzip-dev libxlsxwriter-dev libjansson-dev libsqlite3-dev nettle-dev zlib1g-dev libcairo2-dev libpango1.0-dev fonts-noto-cjk libpq-dev libsodium-dev libmicrohttpd-dev liboath-dev libcurl4-gnutls-dev poppler-utils"
packages_test="$packages_build clang-14 libclang-rt-14-dev llvm-14 clang-format-14 libcmocka-dev universal-ctags shellcheck poppler-utils unzip qpdf man-db bash-completion sqlite3 postgresql curl zip dpkg-dev lintian systemd wrk oathtool"
packages_optional="tesseract-ocr tesseract-ocr-chi-sim glewlwyd" # audit --ocr (docs/ocr.md); tests/check/oidc.sh
packages_site="chromium nodejs npm"                                        # tests/check/site.sh; axe-core comes by npm, from tests/site/package-lock.json
packages_office="libreoffice-writer-nogui libreoffice-calc-nogui zip"      # tests/check/office.sh

# packages_missing PACKAGE…: prints those that are not installed; one question for all.
packages_missing() {
  installed=$(dpkg-query -W -f='${db:Status-Status}:${Package}\n' "$@" 2> /dev/null)
  for package; do
    case "
$installed
" in *"
installed:$package
"*) ;; *) echo "$package" ;; esac
  done
}

# packages_install PACKAGE…: 0 when all are there afterwards. Nothing is asked of the network when nothing is missing.
packages_install() {
  if ! command -v dpkg-query > /dev/null; then
    echo "不是 Debian，请自行安装相当于这些的软件包 / not a Debian system; the equivalents of these packages are needed: $*" >&2
    return 0
  fi
  # shellcheck disable=SC2046
  set -- $(packages_missing "$@")
  [ $# -gt 0 ] || return 0
  echo "安装 / installing: $*" >&2
  if [ "$(id -u)" -eq 0 ]; then
    as_root="env"
  elif sudo -n true 2> /dev/null; then
    as_root="sudo -n env"
  else
    printf '%s\n' "缺少软件包，而这里没有管理员权限；请管理员运行 / packages are missing and this is not root; have an administrator run:" \
      "  apt-get update && apt-get install -y --no-install-recommends $*" >&2
    return 1
  fi
  log=$(mktemp) || return 1
  if $as_root apt-get update -qq > "$log" 2>&1 &&
    $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >> "$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  tail -n 20 "$log" >&2
  rm -f "$log"
  echo "安装失败 / installing failed: apt-get install -y --no-install-recommends $*" >&2
  return 1
}

# build_setup FOLDER OPTION…: makes a build folder once; ninja itself notices later changes of the build files. CC may name the compiler.
build_setup() {
  folder=$1
  shift
  [ -f "$folder/build.ninja" ] && return 0
  rm -rf "$folder"
  mkdir -p "$folder"
  meson setup "$folder" . "$@" > "$folder.log" 2>&1 || {
    tail -n 30 "$folder.log" >&2
    rm -rf "$folder"
    return 1
  }
}

# The options of the builds that ./run and ./test make.
release_options="--buildtype=release -Doptimization=2"
sanitize_options="-Doptimization=1 -Ddebug=true -Db_sanitize=address,undefined"
fuzz_options="-Dfuzz=true -Doptimization=1 -Ddebug=true -Db_sanitize=address,undefined -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link"
