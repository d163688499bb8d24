# A file system: files of several sizes, read again now and three rounds later.
load=files
. /endurance/common.sh

check() { (cd /files/$(($1 % 4)) && md5sum -c -s sums) || fail "round $2: the files of round $1 are others now"; }

round() {
  [ $1 -le 3 ] || check $(($1 - 3)) $1
  folder=/files/$(($1 % 4))
  rm -rf $folder
  mkdir $folder
  for file in 4 6 8 10 12 14; do
    content "$guest files $1 $file" $file > $folder/$file || fail "round $1: $file cannot be written"
  done
  (cd $folder && md5sum ? ?? > sums)
  sync
  # Every other time the file system starts anew.
  if [ $(($1 % 2)) = 0 ]; then
    umount /files && mount /dev/vdb /files || fail "round $1: cannot be mounted again"
  fi
  drop_caches
  check $1 $1
}

repeat
umount /files || fail 'cannot be unmounted'
