#!/bin/sh
# deb.sh [FOLDER]: the Debian package of a release build, into FOLDER (default build/deb). It depends on what the program is linked with, makes the user heng,
# installs the service (not started: nobody signs in before `heng admin add-user`), keeps /var/lib/heng when removed and deletes it when purged.
set -eu
cd "$(dirname "$0")/.."
. tools/setup.sh
out=${1:-build/deb}
version=$(sed -n "s/^ *version: '\([^']*\)'.*/\1/p" meson.build | head -n 1)
arch=$(dpkg --print-architecture)
# shellcheck disable=SC2086
build_setup build/package $release_options --prefix=/usr
ninja -C build/package src/heng > build/package.log 2>&1
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
DESTDIR="$root" meson install -C build/package --no-rebuild > build/package.log 2>&1 || DESTDIR="$root" meson install -C build/package > build/package.log 2>&1
rm -rf "$root/usr/lib" "$root/usr/include"
find "$root/usr/share/man" -name "*.1" -exec gzip -9n {} +
strip --strip-unneeded "$root/usr/bin/heng"
install -Dm644 tools/deploy/heng.service "$root/lib/systemd/system/heng.service"
install -Dm644 tools/deploy/nginx.conf "$root/usr/share/doc/heng/nginx.conf"
mkdir -p "$root/DEBIAN" "$root/debian" "$root/etc/default"
printf '# Options of heng serve, such as --site https://… --secure --trust-proxy\nHENG_OPTIONS=\n# HENG_DB=postgresql://heng@db1,db2/heng\n' > "$root/etc/default/heng"
echo /etc/default/heng > "$root/DEBIAN/conffiles"
printf 'Source: heng\n\nPackage: heng\nArchitecture: any\n' > "$root/debian/control"
depends=$(cd "$root" && dpkg-shlibdeps -O usr/bin/heng 2> /dev/null | sed 's/^shlibs:Depends=//')
rm -rf "$root/debian"
cat > "$root/DEBIAN/control" << END
Package: heng
Version: $version
Section: utils
Priority: optional
Architecture: $arch
Maintainer: Heng maintainers <maintainers@heng.invalid>
Depends: $depends, adduser
Recommends: poppler-utils, fonts-noto-cjk, nginx-light | nginx
Suggests: postgresql, libreoffice-calc-nogui, tesseract-ocr-chi-sim
Installed-Size: $(du -ks "$root" | cut -f1)
Description: budget books of Chinese government departments: audit, authoring, platform
 Audits published budget and final-account books, makes and publishes them, and serves a bureau in the browser.
END
cat > "$root/DEBIAN/postinst" << 'END'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  getent passwd heng > /dev/null || adduser --system --group --home /var/lib/heng --no-create-home --quiet heng
  install -d -m 0700 -o heng -g heng /var/lib/heng
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload || true
    if [ -n "$2" ]; then systemctl try-restart heng.service || true; fi
  fi
fi
END
cat > "$root/DEBIAN/prerm" << 'END'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then systemctl stop heng.service || true; fi
END
cat > "$root/DEBIAN/postrm" << 'END'
#!/bin/sh
set -e
if [ "$1" = purge ]; then
  rm -rf /var/lib/heng
  if getent passwd heng > /dev/null; then deluser --quiet --system heng || true; fi
fi
if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
END
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm" "$root/DEBIAN/postrm"
mkdir -p "$out"
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/heng_${version}_$arch.deb" > /dev/null
echo "$out/heng_${version}_$arch.deb"
