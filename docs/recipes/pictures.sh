#!/bin/sh
# GitHub、Gitea、Forgejo：把评论里的网页图片放进仓库的 review-pictures 分支，评论里的链接指向那里。
#   docs/recipes/pictures.sh 12 pictures    把 pictures/ 里的图片放到这个分支的 12/ 文件夹（12 是合并请求的编号）
# 这个分支和内容无关，也没有历史：每次只留最近 50 个合并请求的图片，更早的评论里就看不到图片了。
# 环境变量 TOKEN：能写这个仓库的令牌。没有时用 git 自己的办法登录。
set -eu
number=${1:?} folder=${2:?}
branch=review-pictures most=50
case $number in *[!0-9]*) echo "合并请求的编号是数字：$number" >&2; exit 2 ;; esac
if [ -n "${TOKEN:-}" ]; then
  secret=$(printf 'x-access-token:%s' "$TOKEN" | base64 | tr -d '\n')
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraHeader GIT_CONFIG_VALUE_0="Authorization: Basic $secret"
fi
index=$(mktemp -d)
trap 'rm -rf "$index"' EXIT
export GIT_INDEX_FILE="$index/index"

keep() { # 以 0 结束：分支上已经是这些图片
  there=$(git ls-remote origin "refs/heads/$branch") || return 1
  old=${there%%[!0-9a-f]*}
  [ -z "$old" ] || git fetch --quiet origin "refs/heads/$branch" || return 1
  git read-tree ${old:---empty} || return 1
  git rm -r --quiet --cached --force --ignore-unmatch -- "$number" || return 1
  git ls-files | cut -d/ -f1 | sort -nru | tail -n "+$most" | while read -r other; do
    git rm -r --quiet --cached --force -- "$other"
  done || return 1
  for picture in "$folder"/*.png; do
    [ -f "$picture" ] || continue
    blob=$(git hash-object -w -- "$picture") || return 1
    git update-index --add --cacheinfo "100644,$blob,$number/${picture##*/}" || return 1
  done
  tree=$(git write-tree) || return 1
  [ -z "$old" ] || [ "$tree" != "$(git rev-parse "$old^{tree}")" ] || return 0
  commit=$(git -c user.name=almanac -c user.email=almanac@localhost commit-tree -m '评论里的网页图片' "$tree") || return 1
  git push --quiet --force-with-lease="refs/heads/$branch:$old" origin "$commit:refs/heads/$branch"
}

# 同时有几个合并请求在写这个分支时，再试几次。
for attempt in 1 2 3 4 5; do
  if keep; then exit 0; fi
  sleep "$attempt"
done
echo "图片没有放进 $branch 分支。" >&2
exit 1
